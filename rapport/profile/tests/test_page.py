"""The customer page: for whom, with what, at the same cost whatever the history."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.models import Recent, Task
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Condition, Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise
from rapport.notices.models import Reminder
from rapport.sales.record_orders import LineIn, OrderIn, record_orders
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MARTA = Clue("email", "marta@aurora.example")


def record(external_id, *identifiers, source="crm", kind=Kind.PERSON, company="", role="", **values):
    known = tuple(normalise(name, value, region="PT") for name, value in identifiers)
    return RecordIn(source, external_id, kind, claims(values), known, company=company, company_role=role)


def mail(number, *, subject="Hello", **more):
    at = NOW - timedelta(hours=number + 1)
    return Inbound(
        "mail",
        str(number),
        at,
        Channel.EMAIL,
        Direction.INBOUND,
        "mail",
        (Party((MARTA,), role="from"),),
        subject,
        **more,
    )


@pytest.fixture
def marta(boss):
    register(
        [
            record("A", ("email", "info@aurora.example"), kind=Kind.COMPANY, name="Aurora Clínicas"),
            record(
                "M",
                ("email", "marta@aurora.example"),
                ("phone", "+351 912 555 014"),
                ("email", "info@aurora.example"),
                name="Marta Oliveira",
                first_name="Marta",
                city="Lisboa",
                tags=["key account"],
                company="Aurora Clínicas",
                role="Head of operations",
            ),
        ],
        by=boss,
        at=NOW,
    )
    return Customer.objects.get(name="Marta Oliveira")


def page_of(customer):
    return reverse("customer", args=[customer.pk])


def shown(client, customer, name=""):
    """The page, its panel of that name, or what comes right behind it."""
    whole = page_of(customer)
    panel = f"{whole}late/" if name == "late" else f"{whole}panels/{name}/"
    response = client.get(panel if name else whole)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_reader_stands_in_the_room_of_the_customers(ana, boss, marta, signed_in):
    room = '<a href="/customers/" class="here" aria-current="page"'
    for address in (page_of(marta), reverse("customers:edit", args=[marta.pk]), reverse("new-customer")):
        assert room in signed_in(ana).get(address).content.decode()
    assert room in signed_in(boss).get(reverse("identity_merge:merges", args=[marta.pk])).content.decode()
    assert room not in signed_in(ana).get(reverse("profile:log_call")).content.decode()


@pytest.mark.req("K8")
def test_the_page_says_who_it_is_how_to_reach_them_and_what_was_last(ana, marta, signed_in):
    receive([mail(1, subject="Invoice 4711", text="The second licence was cancelled.")], by=None, at=NOW)
    add_task("Settle it", assignee=ana, customer=marta, by=ana, at=NOW)
    page = shown(signed_in(ana), marta)
    for words in ("Head of operations at", "Aurora Clínicas", "key account", "How to reach Marta", "+351 912 555 014"):
        assert words in page
    assert "Marta e-mailed “Invoice 4711”" in page
    assert "The second licence was cancelled." in page
    assert "One task is open: “Settle it”." in page
    assert page.count("shared</span>") == 1


def test_who_may_change_a_customer_does_so_on_the_page_itself_and_who_may_not_sees_plain_text(
    ana, rita, marta, signed_in
):
    mine, theirs = shown(signed_in(ana), marta), shown(signed_in(rita), marta)
    for words in ("Change name", "Change city", "Change tags", "Change owner", "Change +351 912 555 014"):
        assert f'aria-label="{words}"' in mine
    assert "Change website" not in mine
    assert "Change info@aurora.example" not in mine
    assert "Add a detail" in mine
    assert "Lisboa" in theirs
    assert "inplace-change" not in theirs
    assert "Add a detail" not in theirs


def test_the_page_costs_the_same_for_one_interaction_and_one_member_or_many(ana, boss, marta, signed_in):
    client = signed_in(ana)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(marta)).status_code == 200
        return len(queries)

    receive([mail(0)], by=None, at=NOW)
    add_task("Call", assignee=ana, customer=marta, by=ana, at=NOW)
    client.get(page_of(marta))
    few = cost()
    receive([mail(number) for number in range(1, 200)], by=None, at=NOW)
    others = [record(f"O{number}", ("email", f"m{number}@aurora.example"), name="M. O.") for number in range(4)]
    for one in register(others, by=boss, at=NOW):
        merge(marta, Customer.objects.get(pk=one.customer_id), by=boss, at=NOW)
    for number in range(5):
        add_task(f"Call {number}", assignee=ana, customer=marta, by=ana, at=NOW)
    assert cost() == few


@pytest.mark.req("G5")
def test_somebody_elses_customer_is_not_found_anywhere(ana, nils, boss, marta, signed_in):
    edit(marta, {"team": "Iberia"}, by=boss, at=NOW)
    receive([mail(1)], by=None, at=NOW)
    interaction = Interaction.objects.get()
    ours, theirs = signed_in(ana), signed_in(nils)
    addresses = [
        page_of(marta),
        reverse("profile:fresh", args=[marta.pk]),
        reverse("profile:late", args=[marta.pk]),
        reverse("profile:panel", args=[marta.pk, "sources"]),
        reverse("timeline:lines", args=[marta.pk]),
        reverse("timeline:text", args=[interaction.pk]),
        reverse("timeline:versions", args=[interaction.pk]),
    ]
    assert [ours.get(url).status_code for url in addresses] == [200] * len(addresses)
    assert [theirs.get(url).status_code for url in addresses] == [404] * len(addresses)
    for name in ("timeline:add_note", "agenda:log_call", "agenda:add_task"):
        assert theirs.post(reverse(name, args=[marta.pk]), {"text": "x"}).status_code == 404


@pytest.mark.req("K1")
def test_the_id_of_a_merged_record_leads_to_the_survivor_until_they_part(ana, boss, nils, marta, signed_in):
    (born,) = register([record("O", ("email", "mo@gmail.example"), name="M. O.")], by=boss, at=NOW)
    other = Customer.objects.get(pk=born.customer_id)
    merged = merge(marta, other, by=boss, at=NOW)
    client = signed_in(ana)
    assert client.get(page_of(other)).headers["Location"] == page_of(marta)
    assert client.get(reverse("profile:fresh", args=[other.pk])).headers["HX-Redirect"] == page_of(marta)
    assert "“M. O.”" in shown(client, marta, "history")
    edit(marta, {"team": "Iberia"}, by=boss, at=NOW)
    assert signed_in(nils).get(page_of(other)).status_code == 404
    unmerge(merged, by=boss, at=NOW)
    assert client.get(page_of(other)).status_code == 200


def test_an_unknown_id_is_not_found(ana, signed_in):
    assert signed_in(ana).get("/customers/4711/").status_code == 404


def test_who_looks_is_remembered_for_the_newest_few(ana, marta, signed_in):
    others = [Customer.objects.create(name=f"C{number}", sort_key="", fold_key="") for number in range(Recent.KEPT + 3)]
    for number, other in enumerate(others):
        Recent.objects.create(user=ana, customer=other, at=NOW - timedelta(days=100 - number))
    client = signed_in(ana)
    client.get(page_of(marta))
    client.get(page_of(marta))
    kept = list(Recent.objects.filter(user=ana).order_by("-at"))
    assert len(kept) == Recent.KEPT
    assert kept[0].customer == marta


def test_sources_say_what_they_say_and_which_of_it_counts(ana, boss, marta, signed_in):
    billing = record("4711", ("email", "marta@aurora.example"), source="billing", name="Marta Oliveria", city="Porto")
    register([billing], by=boss, at=NOW + timedelta(seconds=1))
    edit(marta, {"city": "Lisboa"}, by=boss, at=NOW + timedelta(seconds=2))
    marta.refresh_from_db()
    sources = shown(signed_in(ana), marta, "sources")
    assert "billing" in sources
    assert 'Lisboa <span class="badge good">counts</span>' in sources
    assert "Porto</dd>" in sources
    assert 'title="From a colleague: written by hand, which wins"' in shown(signed_in(ana), marta)


def test_the_history_says_what_became_what_and_by_whom(ana, mia, marta, signed_in):
    client = signed_in(mia)
    edit(marta, {"owner": "ana@rapport.example"}, by=mia, at=NOW)
    edit(marta, {"city": "Porto"}, by=mia, at=NOW)
    history = shown(client, marta, "history")
    assert "<del>Lisboa</del> → <ins>Porto</ins>" in history
    assert "<ins>Ana Klein</ins>" in history
    assert "First seen in crm (M)" in history


def test_worth_adds_up_per_currency_and_the_line_has_words(ana, boss, marta, signed_in):
    party = Party((MARTA,))
    for number, (currency, amount) in enumerate([("EUR", 100), ("EUR", 250), ("USD", 70)]):
        line = LineIn("1", "Seats", Decimal(1), None, Decimal(amount))
        record_orders(
            [OrderIn("shop", str(number), NOW - timedelta(days=9), party, (line,), currency)], by=None, at=NOW
        )
    Condition.objects.create(customer=marta, name="open complaint", since=NOW, evidence="call of Tuesday")
    client = signed_in(ana)
    page = shown(client, marta) + shown(client, marta, "late")
    assert "€350.00" in page
    assert "US$70.00" in page
    assert "Orders per month: rising over 12 months" in page
    assert "Open complaint" in page


def test_a_reader_sees_everything_and_can_write_nothing(rita, marta, signed_in):
    task = Task.objects.create(title="Call", member=marta.members.get(), assignee=rita)
    client = signed_in(rita)
    page = shown(client, marta)
    assert "data-composer" not in page
    assert "finish" not in page
    assert client.post(reverse("timeline:add_note", args=[marta.pk]), {"text": "x"}).status_code == 403
    assert client.post(reverse("agenda:finish_task", args=[task.pk])).status_code == 403


def test_what_moved_comes_as_pieces_to_be_put_in_place(ana, marta, signed_in):
    fresh = signed_in(ana).get(reverse("profile:fresh", args=[marta.pk])).content.decode()
    assert fresh.count('hx-swap-oob="true"') == 20
    assert "<html" not in fresh
    assert "compose" not in fresh


def test_what_lies_below_the_fold_comes_right_behind_the_page_into_the_room_that_was_kept(ana, marta, signed_in):
    client = signed_in(ana)
    client.post(reverse("notices:follow", args=[marta.pk]), {"step": "follow"})
    Reminder.objects.create(user=ana, member=marta.members.get(), at=NOW + timedelta(days=1), note="Ask again")
    page, behind = shown(client, marta), shown(client, marta, "late")
    assert 'id="reminders-body"><div class="to-come"' in page
    assert '<section class="card" id="panel-meetings" aria-labelledby="meetings-title" hidden>' in page
    assert 'aria-pressed="true" aria-label="Follow"' in page
    assert "Ask again" not in page
    assert "What was said" not in page
    for words in (
        'id="reminders-body" hx-swap-oob="innerHTML"',
        "Ask again",
        "special yet",
        "What was said",
        "Add task",
    ):
        assert words in behind
    assert "What was said" in client.get(page_of(marta), {"log": "call"}).content.decode()
    assert "What was said" not in client.get(f"{page_of(marta)}late/", {"log": "call"}).content.decode()


def test_without_scripts_all_of_it_stands_on_one_page(ana, marta, signed_in):
    client = signed_in(ana)
    Reminder.objects.create(user=ana, member=marta.members.get(), at=NOW + timedelta(days=1), note="Ask again")
    assert '<noscript><p class="notice mb-3"><a href="?all">' in shown(client, marta)
    whole = client.get(f"{page_of(marta)}?all").content.decode()
    assert "Ask again" in whole
    assert "What was said" in whole
    assert "to-come" not in whole
    assert "<noscript>" not in whole


def test_what_comes_behind_costs_the_same_for_one_of_each_or_many(ana, marta, signed_in):
    client, member = signed_in(ana), marta.members.get()

    def add(count):
        receive([mail(number) for number in range(count)], by=None, at=NOW)
        for number in range(count):
            Reminder.objects.create(user=ana, member=member, at=NOW + timedelta(days=1), note=f"Ask {number}")

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = [page_of(marta), f"{page_of(marta)}late/"]
    add(1)
    client.get(urls[0])
    few = [cost(url) for url in urls]
    add(30)
    assert [cost(url) for url in urls] == few


def test_a_call_finds_its_customer_by_name_address_or_number(ana, boss, nils, marta, signed_in):
    edit(marta, {"team": "Iberia"}, by=boss, at=NOW)
    client = signed_in(ana)
    for words in ("oliv", "mar oli", "marta@", "+351 912"):
        assert f"{page_of(marta)}?log=call" in client.get(reverse("profile:log_call"), {"q": words}).content.decode()
    assert page_of(marta) not in signed_in(nils).get(reverse("profile:log_call"), {"q": "oliv"}).content.decode()
    client.get(page_of(marta))
    assert page_of(marta) in client.get(reverse("profile:log_call")).content.decode()
