"""Conditions over the timeline, orders, consent, tasks and duplicates find whom they say, and no words of what is private."""

from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.consent.object import object_to
from rapport.customers.edit import edit
from rapport.customers.models import Condition, Customer, Relationship
from rapport.customers.tests.test_list import put, shown
from rapport.identity.merge import merge
from rapport.identity.models import Pair
from rapport.people.models import Scope
from rapport.sales.figures import refresh_all
from rapport.sales.tests.test_figures import bought
from rapport.timeline.models import Circle, Interaction
from rapport.timeline.receive import receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
NOW = timezone.now()
DAY = timedelta(days=1)


def came(who, *days, channel=Channel.EMAIL, direction=Direction.INBOUND, subject=""):
    """``who`` was in touch so many days ago."""
    party = Party((Clue("email", f"{who}@aurora.example"),))
    receive(
        [
            Inbound(
                "mail",
                f"{who} {ago} {channel} {direction}",
                NOW - ago * DAY,
                channel,
                direction,
                "mail",
                (party,),
                subject=subject or f"{who} {ago}",
            )
            for ago in days
        ],
        by=None,
        at=NOW,
    )
    one = Customer.objects.get(members__identifiers__key=f"{who}@aurora.example")
    return edit(one, {"name": who.capitalize()}, by=None, at=NOW) if one.name != who.capitalize() else one


@pytest.fixture
def people(ana):
    came("marta", 3, 20, 200)
    came("marta", 2, channel=Channel.PHONE)
    came("rui", 40)
    came("rui", 5, direction=Direction.OUTBOUND)
    came("nuno", 400)
    came("eva", 10, direction=Direction.INTERNAL)


@pytest.mark.parametrize(
    ("query", "names", "words"),
    [
        ("contacts.from=1/email/30", ["Marta"], "at least 1 × from them by E-mail in the last 30 days"),
        ("contacts.from=2/email/30", ["Marta"], "at least 2 × from them"),
        ("contacts.from=3/email/30", [], ""),
        ("contacts.from=3/any/30", ["Marta"], "by any channel"),
        ("contacts.from=3/email/300", ["Marta"], ""),
        ("contacts.from=1/any/60", ["Marta", "Rui"], ""),
        ("contacts.to=1/any/30", ["Rui"], "from us by any channel"),
        ("contacts.any=2/any/60", ["Marta", "Rui"], "in touch by"),
        ("none1.contacts.any=1/any/90", ["Eva", "Nuno"], "none of"),
        ("quiet=90", ["Eva", "Nuno"], "no contact for 90 days"),
        ("contacts.from=0/email/30", ["Eva", "Marta", "Nuno", "Rui"], "Left out"),
        ("contacts.from=1/pigeon/30", ["Eva", "Marta", "Nuno", "Rui"], "Left out"),
        ("contacts.from=1/email/often", ["Eva", "Marta", "Nuno", "Rui"], "Left out"),
        ("contacts.from=1/email/0000-01-01", ["Eva", "Marta", "Nuno", "Rui"], "Left out"),
        ("contacts.from=1/email/99999999999", ["Marta", "Nuno", "Rui"], ""),
    ],
)
@pytest.mark.parametrize("who", ["boss", "ana"])
def test_who_was_in_touch_how_often_is_found(request, signed_in, people, who, query, names, words):
    client = signed_in(request.getfixturevalue(who))
    assert shown(client, f"?{query}&sort=name") == names
    assert words in unescape(client.get(f"/customers/?{query}").content.decode())


def test_a_day_counts_from_its_midnight_on(signed_in, boss):
    came("marta", 3)
    day = timezone.localdate(NOW - 3 * DAY)
    client = signed_in(boss)
    assert shown(client, f"?contacts.from=1/email/{day}") == ["Marta"]
    assert shown(client, f"?contacts.from=1/email/{day + DAY}") == []


def test_what_two_records_of_one_customer_did_counts_together_and_once(signed_in, boss):
    one, other = came("marta", 3), came("rui", 5)
    assert shown(signed_in(boss), "?contacts.from=2/email/30") == []
    merge(one, other, by=boss, at=NOW)
    assert len(shown(signed_in(boss), "?contacts.from=2/email/30")) == 1
    assert shown(signed_in(boss), "?contacts.from=3/email/30") == []


def test_orders_and_what_was_spent_are_found(signed_in, boss):
    for days, who in ((20, "marta"), (100, "marta"), (50, "rui"), (500, "nuno")):
        bought(days, 60, who)
    bought(10, -60, "rui")
    refresh_all(at=NOW)
    client = signed_in(boss)
    addresses = {
        "orders.from=2/365": {"marta@"},
        "orders.from=1/365": {"marta@", "rui@"},
        "orders.none=365": {"nuno@"},
        "spend.from=100/EUR": {"marta@"},
        "spend.from=1/EUR": {"marta@"},
    }
    for query, found in addresses.items():
        page = client.get(f"/customers/?{query}&columns=name,email,spend,orders").content.decode()
        assert {who for who in ("marta@", "rui@", "nuno@") if who in page} == found, query
    assert "€120.00" in client.get("/customers/?orders.from=2/365&columns=name,spend").content.decode()
    assert "Left out" in client.get("/customers/?spend.from=much/EUR").content.decode()


def test_who_may_be_written_to_is_found(signed_in, boss):
    came("marta", 1)
    came("rui", 1)
    put("Nobody's address")
    object_to("rui@aurora.example", evidence="by phone", by=boss, at=NOW)
    assert shown(signed_in(boss), "?mail.may=yes") == ["Marta"]
    assert shown(signed_in(boss), "?mail.may-not=yes&sort=name") == ["Nobody's address".replace("'", "&#x27;"), "Rui"]


def test_states_tasks_and_duplicates_are_found(signed_in, ana):
    one, other = came("marta", 1), came("rui", 1)
    Condition.objects.create(customer=one, name="silent", since=NOW)
    Condition.objects.create(customer=other, name="silent", since=NOW, until=NOW)
    Task.objects.create(title="Call", member=one.members.get(), assignee=ana, due_at=NOW - DAY)
    Task.objects.create(title="Done", member=other.members.get(), assignee=ana, done_at=NOW)
    came("nuno", 1)
    members = sorted([one.members.get().pk, other.members.get().pk])
    Pair.objects.create(one_id=members[0], other_id=members[1], scope_id=Scope.EVERYONE, score=9_000, found_at=NOW)
    client = signed_in(ana)
    for query, names in {
        "state=silent": ["Marta"],
        "state.not=silent": ["Nuno", "Rui"],
        "tasks.some=yes": ["Marta"],
        "tasks.late=yes": ["Marta"],
        "tasks.none=yes": ["Nuno", "Rui"],
        "duplicate.yes=yes": ["Marta", "Rui"],
        "duplicate.no=yes": ["Nuno"],
    }.items():
        assert shown(client, f"?{query}&sort=name") == names, query


def test_columns_tell_of_related_records_and_nothing_private(signed_in, boss, ana, nils):
    one = came("marta", 1, subject="The very secret plan")
    firm = came("aurora", 5, subject="Spring order")
    Relationship.objects.create(member=one.members.get(), other=firm.members.get(), kind="works at")
    Task.objects.create(title="Call", member=one.members.get(), assignee=ana)
    circle = Circle.objects.create(kind=Circle.Kind.OWNER, keeper=ana)
    Interaction.objects.filter(subject__contains="secret").update(circles=[circle.pk])
    address = "/customers/?sort=name&columns=name,company,subject,tasks,owner-team"
    page = signed_in(nils).get(address).content.decode()
    assert "secret" not in page
    assert "private" in page
    assert "Spring order" in page
    assert ">Aurora</span></td>" in page.replace("\n", "")
    assert "The very secret plan" in signed_in(ana).get(address).content.decode()


def test_related_columns_and_conditions_cost_the_same_for_one_customer_or_many(signed_in, ana):
    columns = "name,company,subject,tasks,spend,orders,owner-team,contact"
    asked = f"/customers/?contacts.any=1/any/30&none1.orders.from=2/365&columns={quote(columns)}"
    came("first", 1)
    client = signed_in(ana)
    client.get(asked)
    with CaptureQueriesContext(connection) as few:
        client.get(asked)
    for number in range(20):
        one = came(f"more{number}", 1, 2)
        Task.objects.create(title="Call", member=one.members.get(), assignee=ana)
    with CaptureQueriesContext(connection) as many:
        assert "More7" in client.get(asked).content.decode()
    assert len(many) == len(few)
