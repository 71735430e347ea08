"""The list of customers: filters in words, pages without loss, export of what is seen, nobody else's records."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from rapport.customers.create import Newborn, create
from rapport.customers.models import Customer, Kind
from rapport.customers.records import RecordIn, claims
from rapport.lib.identifiers import normalise

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def put(*names, kind=Kind.PERSON, email="", **said):
    identities = (normalise("email", email),) if email else ()
    born = create(
        [Newborn(RecordIn("crm", name, kind, claims({"name": name, **said})), identities) for name in names], at=NOW
    )
    return [one.customer_id for one in born]


def shown(client, query=""):
    return re.findall(
        r'class="who"[^>]*>.*?</span><span>(.*?)</span>', client.get(f"/customers/{query}").content.decode()
    )


def body(answer):
    async def gather():
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(gather)()


def exported(client, query=""):
    text = body(client.get(f"/customers/export.csv{query}")).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def people(db, ana):
    put("Marta Oliveira", city="Lisboa", tags=["vip", "press"], language="pt", email="marta@x.example", owner=ana.email)
    put("Rui Costa", city="Porto", tags=["vip"], language="pt")
    put("Aurora GmbH", kind=Kind.COMPANY, city="Berlin", country="DE", language="de")
    Customer.objects.filter(name="Rui Costa").update(last_contact_at=timezone.now() - timedelta(days=100))
    Customer.objects.filter(name="Marta Oliveira").update(last_contact_at=timezone.now() - timedelta(days=2))
    Customer.objects.filter(name="Aurora GmbH").update(created_at=timezone.now())


@pytest.mark.req("K9")
@pytest.mark.parametrize(
    ("query", "words", "names"),
    [
        ("?city=lisboa", "city is lisboa", ["Marta Oliveira"]),
        ("?city=Lisboa, Porto", "city is Lisboa or Porto", ["Marta Oliveira", "Rui Costa"]),
        ("?kind=company", "kind is Company", ["Aurora GmbH"]),
        ("?tag=vip", "tag is vip", ["Marta Oliveira", "Rui Costa"]),
        ("?tag=vip,press", "tag is vip and press", ["Marta Oliveira"]),
        ("?language=de", "language is de", ["Aurora GmbH"]),
        ("?country=DE", "country is DE", ["Aurora GmbH"]),
        ("?quiet=90", "no contact for 90 days", ["Rui Costa", "Aurora GmbH"]),
        ("?created.last=30", "created is in the last 30 days", ["Aurora GmbH"]),
        ("?contact.over=30", "last contact is more than 30 days ago", ["Rui Costa"]),
        ("?contact.empty=yes", "last contact is empty", ["Aurora GmbH"]),
        ("?city.not=Lisboa", "city is not Lisboa", ["Rui Costa", "Aurora GmbH"]),
        ("?city.contains=IS,rto", "city contains IS or rto", ["Marta Oliveira", "Rui Costa"]),
        ("?name.starts=mar", "name starts with mar", ["Marta Oliveira"]),
        ("?tag.any=press,lead", "tag is press or lead", ["Marta Oliveira"]),
        ("?tag.empty=yes", "tag is empty", ["Aurora GmbH"]),
        ("?any1.city=Porto&any1.kind=company", "(city is Porto or kind is Company)", ["Rui Costa", "Aurora GmbH"]),
        ("?none1.city=Porto&none1.kind=company", "none of: city is Porto; kind is Company", ["Marta Oliveira"]),
        ("?kind=person&any1.city=Porto&any1.tag=press", "kind is Person", ["Marta Oliveira", "Rui Costa"]),
        ("?owner=nobody", "owner is nobody", ["Rui Costa", "Aurora GmbH"]),
        ("?city=Porto&quiet=90", "city is Porto", ["Rui Costa"]),
    ],
)
def test_conditions_are_said_in_words_and_hold(signed_in, boss, people, query, words, names):
    client = signed_in(boss)
    assert shown(client, query) == names
    assert words in client.get(f"/customers/{query}").content.decode()


def test_an_owner_is_called_by_name_and_a_condition_can_be_taken_away(signed_in, boss, ana, people):
    page = signed_in(boss).get(f"/customers/?owner={ana.pk}&city=Lisboa&sort=name").content.decode()
    assert "owner is Ana Klein" in page
    assert f'href="?owner={ana.pk}&amp;sort=name" aria-label="Remove: city is Lisboa"' in page
    assert "1 customer" in page


@pytest.mark.parametrize(
    "query",
    [
        "?kind=nonsense",
        "?owner=0",
        "?quiet=often",
        "?quiet=1,2",
        "?sort=nonsense",
        "?after=nonsense",
        "?after=WyJhIiwgdHJ1ZV0=&sort=name",
        "?after=" + "W1tb" * 1_400,
        "?columns=nonsense",
        "?before=WyJhIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
        "?after=W251bGwsMV0&sort=name",
        "?city=%00",
        "?created.last=99999999999",
        "?created.in=some-day",
        "?created.on=0000-00-00",
        "?created.on=9999-12-31",
        "?created.between=2026-01-01",
        "?city.nothing=1",
        "?any1.nothing=1",
        "?after=WyJhXHUwMDAwIiwxXQ&sort=name",
        "?quiet=-1",
        "?after=WyJcdWQ4MDAiLDFd&sort=name",
    ],
)
def test_what_an_address_gets_wrong_is_as_if_it_had_not_been_said(signed_in, boss, people, query):
    assert len(shown(signed_in(boss), query)) == 3


def walk(client, query, way):
    names, seen = [], set()
    while True:
        page = client.get(f"/customers/{query}").content.decode()
        found = re.findall(r'class="who"[^>]*>.*?</span><span>(.*?)</span>', page)
        names = names + found if way == "next" else found + names
        link = re.search(rf'href="(\?[^"]*)" rel="{way}"', page)
        if link is None:
            return names, query
        query = link[1].replace("&amp;", "&")
        assert query not in seen
        seen.add(query)


@pytest.mark.req("K9")
@pytest.mark.parametrize("sort", ["name", "-name", "contact", "-contact", "created", "-created"])
@pytest.mark.parametrize("who", ["boss", "ana"])
def test_no_line_is_lost_or_doubled_across_pages_in_any_order(request, signed_in, iberia, sort, who):
    many = put(*(f"Name {number}" for number in range(130)))
    put(*(f"Iberian {number}" for number in range(40)), team="Iberia")
    Customer.objects.filter(pk__in=many[:60]).update(last_contact_at=NOW, sort_key="same")
    Customer.objects.filter(pk__in=many[60:70]).update(last_contact_at=NOW - timedelta(days=1))
    Customer.objects.filter(name__in=["Iberian 3", "Iberian 4"]).update(last_contact_at=NOW)
    client = signed_in(request.getfixturevalue(who))
    forwards, last = walk(client, f"?sort={sort}", "next")
    assert sorted(forwards) == sorted(Customer.objects.values_list("name", flat=True))
    rows = {one.name: one for one in Customer.objects.all()}
    field = {"name": "sort_key", "contact": "last_contact_at", "created": "created_at"}[sort.removeprefix("-")]
    down = sort.startswith("-")
    filled = [(getattr(rows[name], field), rows[name].pk) for name in forwards if getattr(rows[name], field)]
    assert filled == sorted(filled, reverse=down)
    empty = [name for name in forwards if getattr(rows[name], field) is None]
    assert forwards[len(filled) :] == empty
    backwards, _first = walk(client, last, "prev")
    assert backwards == forwards
    assert [row[0] for row in exported(signed_in(request.getfixturevalue("boss")), f"?sort={sort}")[1:]] == forwards


@pytest.mark.req("G5")
def test_another_teams_customers_are_neither_listed_nor_handed_out(signed_in, nils, mia, boss):
    put("Open To All")
    put("Iberian", team="Iberia", city="Lisboa")
    assert "Iberian" in shown(signed_in(mia))
    for query in ("", "?city=Lisboa", "?sort=name", "?team=1"):
        assert "Iberian" not in shown(signed_in(nils), query)
    assert signed_in(nils).get("/customers/export.csv").status_code == 403
    nils.role_id = "manager"
    nils.save()
    assert [row[0] for row in exported(signed_in(nils))[1:]] == ["Open To All"]


@pytest.mark.req("K9")
def test_the_export_is_what_is_seen_and_runs_nothing(signed_in, boss, people):
    put("=HYPERLINK(1)", city="+evil", kind=Kind.COMPANY)
    client = signed_in(boss)
    rows = exported(client, "?kind=company&columns=name&columns=city&columns=phone&sort=name")
    assert rows == [["Name", "Phone", "City"], ["Aurora GmbH", "", "Berlin"], ["'=HYPERLINK(1)", "", "'+evil"]]
    answer = client.get("/customers/export.xlsx?kind=company&sort=name&columns=name")
    sheet = load_workbook(io.BytesIO(body(answer))).active
    assert [[cell.value for cell in row] for row in sheet.rows] == [["Name"], ["Aurora GmbH"], ["=HYPERLINK(1)"]]
    assert sheet["A3"].data_type == "s"
    assert client.get("/customers/export.pdf").status_code == 404


def test_chosen_columns_are_remembered(signed_in, boss, people):
    client = signed_in(boss)
    client.get("/customers/?columns=name&columns=country")
    page = client.get("/customers/").content.decode()
    assert "Country</th>" in page
    assert "City</th>" not in page
    assert exported(client)[0] == ["Name", "Country"]


def test_readers_are_offered_no_export_and_an_empty_list_explains_itself(signed_in, rita):
    page = signed_in(rita).get("/customers/").content.decode()
    assert "No customers yet" in page
    assert "export" not in page
    assert "Nothing matches" in signed_in(rita).get("/customers/?city=Nowhere").content.decode()


def test_a_piece_of_the_page_for_a_page_that_asks_for_it(signed_in, boss, people):
    page = signed_in(boss).get("/customers/", headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert page.strip().startswith("<section")


def test_the_list_costs_the_same_for_one_customer_or_many(signed_in, ana):
    client = signed_in(ana)
    put("First", email="first@x.example", team="Iberia")
    client.get("/customers/")
    with CaptureQueriesContext(connection) as few:
        client.get("/customers/")
    for number in range(20):
        put(f"More {number}", email=f"m{number}@x.example", owner=ana.email)
    with CaptureQueriesContext(connection) as many:
        client.get("/customers/")
    assert len(many) == len(few) <= 16
