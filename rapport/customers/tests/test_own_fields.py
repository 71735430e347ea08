"""The organisation's own fields on the customer's page: declared, filled, changed in place, kept with their history."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rapport.customers.create import Newborn, create
from rapport.customers.edit import edit
from rapport.customers.models import Customer, Kind, SourceRecord
from rapport.customers.records import RecordIn, claims
from rapport.customers.tests.test_edit_page import form_of
from rapport.fields.declare import Wish, declare, retire
from rapport.fields.models import CustomField
from rapport.journal.change import Change
from rapport.journal.take_back import take_back
from rapport.journal.ways_back import UndoError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


def put(name, kind=Kind.PERSON, source="crm", **said):
    record = RecordIn(source, name, kind, claims({"name": name, **said}), ())
    return Customer.objects.get(pk=create([Newborn(record, [])], at=NOW)[0].customer_id)


def field(kind, label, *choices, about="all", **wish):
    return declare(kind, Wish(label, about, **wish), choices)


def words(page):
    """The card of the organisation's own fields as it is read."""
    text = page.content.decode()
    card = re.search(r'<section class="card" id="panel-more".*?</section>', text, re.DOTALL)[0]
    pairs = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", card, re.DOTALL)
    return {
        name: " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<wbr>|<button.*?</button>", "", said)).split())
        for name, said in pairs
    }


def history(client, customer):
    text = client.get(f"/customers/{customer.pk}/panels/history/", headers=HTMX).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.mark.req("T3")
def test_a_field_that_an_administrator_declares_is_filled_and_keeps_its_history(signed_in, boss, ana):
    admin = signed_in(boss)
    assert admin.get("/fields/").status_code == 200
    answer = admin.post(
        "/fields/add/?type=text", {"label": "Nick name", "about": "person", "hint": "How friends say it"}
    )
    assert answer["Location"] == "/fields/"
    nick = CustomField.objects.get()
    assert (nick.key, nick.label, nick.about) == ("nick_name", "Nick name", "person")
    marta, firm = put("Marta"), put("Aurora", Kind.COMPANY)
    agent, url = signed_in(ana), f"/customers/{marta.pk}/field/x-nick_name/"
    assert words(agent.get(f"/customers/{marta.pk}/")) == {"Nick name": "–"}
    assert words(agent.get(f"/customers/{firm.pk}/")) == {}
    control = agent.get(f"{url}?edit", headers=HTMX).content.decode()
    assert "How friends say it" in control
    assert "Ziggy" in agent.post(url, {**form_of(control), "x-nick_name": "Ziggy"}, headers=HTMX).content.decode()
    page = agent.get(f"/customers/{marta.pk}/")
    assert words(page) == {"Nick name": "Ziggy"}
    assert "From a colleague: written by hand, which wins" in page.content.decode()
    whole = form_of(agent.get(f"/customers/{marta.pk}/edit/").content.decode())
    assert whole["x-nick_name"] == "Ziggy"
    agent.post(f"/customers/{marta.pk}/edit/", {**whole, "x-nick_name": "Star"})
    marta.refresh_from_db()
    assert marta.extra == {"nick_name": "Star"}
    assert SourceRecord.objects.get(source="by hand").claims == {"x:nick_name": "Star"}
    told = history(agent, marta)
    assert "Nick name" in told
    assert "nothing → Ziggy" in told
    assert "Ziggy → Star" in told
    assert "Star" in agent.get(f"/customers/{marta.pk}/panels/sources/", headers=HTMX).content.decode()


TYPES = [
    ("text", {}, "Two  words", "Two words", "Two words"),
    ("number", {}, "1,234.5", 1234.5, "1,234.5"),
    ("number", {}, "-7", -7, "-7"),
    ("money", {"currency": "EUR"}, "1,200", {"amount": 1200, "currency": "EUR"}, "€1,200.00"),
    ("money", {}, "99.50 CHF", {"amount": 99.5, "currency": "CHF"}, "CHF99.50"),
    ("date", {}, "2026-03-31", "2026-03-31", "31 Mar 2026"),
    ("choice", {}, "gold", "gold", "Gold"),
    ("choices", {}, "Silver, gold", ["gold", "silver"], "Gold Silver"),
    ("flag", {}, "no", False, "no"),
    ("link", {}, "aurora.example/a", "https://aurora.example/a", "https://aurora.example/a"),
]


@pytest.mark.parametrize(("kind", "wish", "typed", "kept", "said"), TYPES)
def test_each_type_is_filled_in_place_and_read_back(signed_in, ana, kind, wish, typed, kept, said):
    one = field(kind, "Mark", *(["Gold", "Silver"] if kind.startswith("choice") else []), **wish)
    marta = put("Marta")
    client, url = signed_in(ana), f"/customers/{marta.pk}/field/{one.name}/"
    control = form_of(client.get(f"{url}?edit", headers=HTMX).content.decode())
    answer = client.post(url, {**control, one.name: typed}, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    marta.refresh_from_db()
    assert marta.extra == {"mark": kept}
    assert words(client.get(f"/customers/{marta.pk}/"))["Mark"].replace("\xa0", " ") == said
    again = form_of(client.get(f"{url}?edit", headers=HTMX).content.decode())
    assert "Saved" not in client.post(url, again, headers=HTMX).headers.get("HX-Trigger", "")
    client.post(json.loads(answer["HX-Trigger"])["toast"]["undo"])
    marta.refresh_from_db()
    assert marta.extra == {}


@pytest.mark.parametrize(
    ("kind", "typed", "words_"),
    [
        ("text", "x" * 1_001, "At most 1000 characters"),
        ("number", "twelve", "is no number"),
        ("number", "1234567890.12345678", "at most 15 digits"),
        ("money", "1200", "Say the currency"),
        ("money", "1200 XYZ1", "is no amount"),
        ("date", "31.02.2026", "is no date"),
        ("date", "2026-02-31", "is no date"),
        ("choice", "Bronze", "is none of the choices: Gold, Silver"),
        ("choices", "Gold, Bronze", "is none of the choices: Gold, Silver"),
        ("flag", "perhaps", "is neither yes nor no"),
        ("link", "javascript:alert(1)", "is no link"),
        ("link", "ftp://aurora.example", "is no link"),
        ("customer", "Nobody at all", "There is no such customer"),
        ("user", "999", "No user is called"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_nothing_is_written(signed_in, ana, kind, typed, words_):
    one = field(kind, "Mark", *(["Gold", "Silver"] if kind.startswith("choice") else []))
    marta = put("Marta")
    answer = signed_in(ana).post(f"/customers/{marta.pk}/field/{one.name}/", {one.name: typed}, headers=HTMX)
    assert answer.status_code == 422
    assert words_ in answer.content.decode().replace("&#x27;", "'")
    marta.refresh_from_db()
    assert marta.extra == {}


def test_somebody_else_is_referred_to_by_name_and_hidden_where_they_are_not_to_be_seen(signed_in, ana, boss, nils):
    partner, keeper = field("customer", "Partner"), field("user", "Keeper")
    marta, rui = put("Marta"), put("Rui", team="Iberia")
    client = signed_in(ana)
    client.post(f"/customers/{marta.pk}/field/{partner.name}/", {partner.name: "rui"}, headers=HTMX)
    client.post(f"/customers/{marta.pk}/field/{keeper.name}/", {keeper.name: boss.pk}, headers=HTMX)
    marta.refresh_from_db()
    assert marta.extra == {"partner": rui.pk, "keeper": boss.pk}
    page = client.get(f"/customers/{marta.pk}/")
    assert words(page) == {"Partner": "Rui", "Keeper": "Bea Boss"}
    assert f'href="/customers/{rui.pk}/"' in page.content.decode()
    assert form_of(client.get(f"/customers/{marta.pk}/edit/").content.decode())["x-partner"] == f"Rui ({rui.pk})"
    assert words(signed_in(nils).get(f"/customers/{marta.pk}/"))["Partner"] == "somebody whom you can&#x27;t see"


def test_a_required_field_is_asked_for_and_a_formula_can_not_be_written(signed_in, ana):
    field("text", "Number", required=True)
    field("formula", "Shout", formula='concat(name, "!")')
    marta = put("Marta")
    client, url = signed_in(ana), f"/customers/{marta.pk}/edit/"
    page = form_of(client.get(url).content.decode())
    assert "x-shout" not in page
    answer = client.post(url, {**page, "city": "Faro"})
    assert answer.status_code == 422
    assert "required" in answer.content.decode()
    assert words(client.get(f"/customers/{marta.pk}/"))["Shout"] == "Marta!"
    assert client.post(f"/customers/{marta.pk}/field/x-shout/", {"x-shout": "a"}).status_code == 404


def test_whoever_writes_a_formula_is_told_the_keys_and_what_is_wrong(signed_in, boss):
    field("number", "Seats")
    field("user", "Keeper")
    page = signed_in(boss).get("/fields/add/?type=formula").content.decode()
    assert "<code>seats</code> <code>name</code>" in page
    said = {"label": "Twice", "about": "all", "formula": "seats * name"}
    answer = signed_in(boss).post("/fields/add/?type=formula", said)
    assert answer.status_code == 422
    assert "“*” needs a number, not a text." in answer.content.decode()
    assert signed_in(boss).post("/fields/add/?type=formula", {**said, "formula": "seats * 2"}).status_code == 302
    seats = CustomField.objects.get(key="seats")
    signed_in(boss).post(f"/fields/{seats.pk}/retirement/")
    seats.refresh_from_db()
    assert seats.retired_at is None


def test_a_retired_choice_stays_readable_and_a_retired_field_leaves_the_page(signed_in, ana, boss):
    tier = field("choice", "Tier", "Gold", "Silver")
    marta, rui = put("Marta"), put("Rui")
    edit(marta, {"x:tier": "gold"}, by=ana, at=NOW)
    admin, client = signed_in(boss), signed_in(ana)
    admin.post(
        f"/fields/{tier.pk}/",
        {"label": "Class", "about": "all", "called-gold": "Golden", "gone-gold": "on", "called-silver": "Silver"},
    )
    assert words(client.get(f"/customers/{marta.pk}/")) == {"Class": "Golden"}
    assert "Golden" in client.get(f"/customers/{marta.pk}/field/x-tier/?edit").content.decode()
    assert "Golden" not in client.get(f"/customers/{rui.pk}/field/x-tier/?edit").content.decode()
    form = form_of(client.get(f"/customers/{marta.pk}/edit/").content.decode())
    assert client.post(f"/customers/{marta.pk}/edit/", {**form, "city": "Faro"}).status_code == 302
    admin.post(f"/fields/{tier.pk}/retirement/")
    assert words(client.get(f"/customers/{marta.pk}/")) == {}
    assert "x-tier" not in form_of(client.get(f"/customers/{marta.pk}/edit/").content.decode())
    assert client.post(f"/customers/{marta.pk}/field/x-tier/", {"x-tier": "silver"}).status_code == 404
    assert "Golden" in history(client, marta)
    admin.post(f"/fields/{tier.pk}/retirement/", {"back": "yes"})
    assert words(client.get(f"/customers/{marta.pk}/")) == {"Class": "Golden"}


def test_a_retired_field_is_taken_back_under_the_changes_unless_its_name_is_taken(signed_in, boss, ana):
    tier = field("text", "Tier")
    page = signed_in(boss).post(f"/fields/{tier.pk}/retirement/", follow=True).content.decode()
    change = Change.objects.get()
    assert f"/changes/{change.pk}/undo/" in page
    with pytest.raises(UndoError, match="not allowed"):
        take_back(change, by=ana, at=timezone.now())
    other = field("text", "Tier")
    with pytest.raises(UndoError, match="not possible"):
        take_back(change, by=boss, at=timezone.now())
    retire(other, by=None, at=NOW)
    take_back(change, by=boss, at=timezone.now())
    assert CustomField.objects.get(pk=tier.pk).retired_at is None
    signed_in(boss).post(f"/fields/{tier.pk}/retirement/")
    signed_in(boss).post(f"/fields/{tier.pk}/retirement/", {"back": "yes"})
    take_back(Change.objects.order_by("pk").last(), by=boss, at=timezone.now())
    assert CustomField.objects.get(pk=tier.pk).retired_at


def test_only_what_was_changed_of_many_is_written(signed_in, ana, boss):
    field("choices", "Likes", "Tea", "Coffee")
    field("flag", "Pays")
    field("number", "Seats")
    marta = put("Marta")
    edit(marta, {"x:likes": ["tea"], "x:pays": False, "x:seats": 0}, by=boss, at=NOW)
    client, url = signed_in(ana), f"/customers/{marta.pk}/edit/"
    form = {**form_of(client.get(url).content.decode()), "x-likes": ["tea"], "initial-x-likes": ["tea"]}
    edit(marta, {"x:seats": 7}, by=boss, at=NOW)
    client.post(url, {**form, "x-likes": ["tea", "coffee"]})
    marta.refresh_from_db()
    assert marta.extra == {"likes": ["tea", "coffee"], "pays": False, "seats": 7}
    client.post(url, {**form, "x-likes": [], "x-pays": "yes", "initial-x-likes": ["tea", "coffee"]})
    marta.refresh_from_db()
    assert marta.extra == {"pays": True, "seats": 7}


def count_queries(client, url):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.req("T5")
def test_the_page_asks_as_often_for_one_field_as_for_ten(signed_in, ana):
    marta = put("Marta")
    retire(field("text", "Gone"), by=None, at=NOW)
    field("user", "Keeper 0")
    field("customer", "Partner 0")
    edit(marta, {"x:keeper_0": ana.pk, "x:partner_0": marta.pk}, by=ana, at=NOW)
    client, url = signed_in(ana), f"/customers/{marta.pk}/"
    client.get(url)
    few = count_queries(client, url)
    for at in range(1, 10):
        field("user", f"Keeper {at}")
        field("customer", f"Partner {at}")
        field("formula", f"Sum {at}", formula="1 + 1")
        edit(marta, {f"x:keeper_{at}": ana.pk, f"x:partner_{at}": marta.pk}, by=ana, at=NOW)
    assert count_queries(client, url) == few
