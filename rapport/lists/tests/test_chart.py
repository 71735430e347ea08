"""A chart over a list: its figures add up to the list, each leads to its records, and nobody counts what they may not see."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.models import Customer, Kind
from rapport.fields.declare import Wish, declare
from rapport.lists.chart import asked_of
from rapport.lists.models import View
from rapport.lists.read_chart import read_chart
from rapport.people.models import Scope
from rapport.ui.patience import TooLongError

CITIES = ("Lisboa", "LISBOA", "Porto", "", "Évora, Alentejo", *(f"City {number}" for number in range(40)))


@pytest.fixture
def crowd(boss, ana, iberia, nordics):
    """Two hundred customers of all sorts, ours and theirs."""
    rng, now = random.Random(7), timezone.now()  # noqa: S311
    scopes = {one.team_id: one for one in Scope.objects.all()}
    field = declare("number", Wish("Stars", "all"))
    rows = []
    for number in range(200):
        team = rng.choice([None, iberia, nordics])
        rows.append(
            Customer(
                name=f"C{number}",
                sort_key=f"c{number}",
                fold_key=f"c{number}",
                kind=rng.choice(Kind.values),
                city=rng.choice(CITIES),
                owner=rng.choice([None, boss, ana]),
                team=team,
                scope=scopes[team.pk if team else None],
                created_at=now - timedelta(days=rng.randrange(900)),
                last_contact_at=rng.choice([None, now - timedelta(days=rng.randrange(400))]),
                extra=rng.choice([{}, {field.key: rng.randrange(9)}]),
            )
        )
    Customer.objects.bulk_create(rows)
    return field


def drawn(text, reader, state=""):
    asked = asked_of(CUSTOMER_LIST.charts(reader), text)
    return read_chart(asked, CUSTOMER_LIST.chosen(state, reader), state=state)


def bars_of(part):
    return [*part.bars, *([part.others] if part.others else [])]


TEXTS = (
    "kind",
    "city",
    "country",
    "language",
    "owner",
    "team",
    *(f"created/{step}" for step in ("day", "week", "month", "quarter", "year")),
    "contact/month",
)


@pytest.mark.req("K9")
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("state", ["", "kind=company", "created.last=300&owner=nobody"])
def test_the_groups_add_up_to_the_list_and_each_leads_to_its_records(crowd, boss, text, state):
    told = drawn(text, boss, state)
    (part,) = told.parts
    assert sum(one.count for one in bars_of(part)) == told.count == CUSTOMER_LIST.chosen(state, boss).count()
    for one in part.bars:
        if one.state is not None:
            assert CUSTOMER_LIST.chosen(one.state, boss).count() == one.count, one.state
    assert all(one.state for one in part.bars if "," not in one.label)


@pytest.mark.req("K9")
@pytest.mark.req("G5")
@pytest.mark.parametrize("text", ["kind", "team", "created/month"])
def test_rows_of_another_team_are_never_counted(crowd, ana, nordics, text):
    told = drawn(text, ana)
    assert told.count == Customer.objects.visible_to(ana).count() < Customer.objects.count()
    assert nordics.name not in {one.label for one in told.parts[0].bars}


def test_sums_add_up(crowd, boss):
    (part,) = drawn(f"city//{crowd.name}", boss).parts
    whole = sum(one.extra.get(crowd.key, 0) for one in Customer.objects.all())
    assert sum(one.total or 0 for one in bars_of(part)) == part.whole.total == whole


def test_beyond_the_bound_there_are_others(crowd, boss):
    (part,) = drawn("city", boss).parts
    assert len(part.bars) == 25
    assert (part.others.count > 0, part.groups > 25) == (True, True)


def test_a_chart_costs_the_same_for_few_and_many(crowd, boss, signed_in):
    client, address = signed_in(boss), reverse("lists:chart", args=["customers"]) + "?chart=owner"
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    Customer.objects.filter(name__gt="C10").delete()
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    assert len(many) == len(few)


def test_what_takes_too_long_says_narrow_the_list(crowd, boss, signed_in, monkeypatch):
    def stopped(*_arguments):
        raise TooLongError

    monkeypatch.setattr("rapport.lists.read_chart.grouped", stopped)
    page = signed_in(boss).get(reverse("lists:chart", args=["customers"]))
    assert "Narrow the list" in page.content.decode()


@pytest.mark.req("K9")
def test_a_chart_is_kept_with_its_view(crowd, boss, signed_in):
    client = signed_in(boss)
    sent = {"name": "By month", "reach": "own", "state": "kind=company&chart=created/month"}
    kept = client.post(reverse("lists:new", args=["customers"]), sent)
    view = View.objects.get()
    assert "chart=created/month" in view.state
    assert kept.url.startswith(reverse("lists:chart", args=["customers"]))
    page = client.get(kept.url).content.decode()
    assert "Customers: Created" in page


def test_nonsense_in_the_address_is_no_fault(crowd, boss, signed_in):
    for text in ("nothing", "created/never/what", "////", "\x00", "kind/month/x:stars"):
        assert signed_in(boss).get(reverse("lists:chart", args=["customers"]), {"chart": text}).status_code == 200
    assert signed_in(boss).get(reverse("lists:chart", args=["none"])).status_code == 404
