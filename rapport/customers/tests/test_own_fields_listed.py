"""The organisation's own fields in the list and over the API: shown, asked for, written, refused in words."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from rapport.customers.edit import edit
from rapport.customers.models import Kind, SourceRecord
from rapport.customers.tests.test_indexes import MANY, plans
from rapport.customers.tests.test_list import exported, shown
from rapport.customers.tests.test_own_fields import field, put
from rapport.fields.declare import retire
from rapport.fields.models import declared
from rapport.identity.compare import compare
from rapport.identity.merge import merge
from rapport.identity.unmerge import unmerge
from rapport.people.tests.programs import Program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def people(ana, boss):
    field("choice", "Tier", "Gold", "Silver")
    field("choices", "Likes", "Tea", "Coffee")
    field("flag", "Pays")
    field("number", "Seats")
    field("money", "Rent")
    field("date", "Ends")
    field("text", "Note")
    field("customer", "Partner")
    field("user", "Keeper")
    field("formula", "Left", formula="if(empty(seats), 0, seats - 1)")
    marta, rui, eva = put("Marta"), put("Rui"), put("Eva")
    said = {"tier": "gold", "likes": ["tea", "coffee"], "pays": True, "seats": 12.5, "note": "Blue, or red"}
    more = {"rent": {"amount": 900, "currency": "EUR"}, "ends": "2026-06-30", "partner": rui.pk, "keeper": boss.pk}
    edit(marta, {f"x:{key}": value for key, value in {**said, **more}.items()}, by=ana, at=NOW)
    rent = {"amount": 2000, "currency": "CHF"}
    less = {
        "tier": "silver",
        "likes": ["tea"],
        "pays": False,
        "seats": 3,
        "rent": rent,
        "ends": "2025-01-01",
        "note": "100 %",
    }
    edit(rui, {f"x:{key}": value for key, value in less.items()}, by=ana, at=NOW)
    return marta, rui, eva


@pytest.mark.req("K9")
@pytest.mark.parametrize(
    ("query", "words", "names"),
    [
        ("?x-tier=gold", "Tier is Gold", ["Marta"]),
        ("?x-tier=gold,silver", "Tier is Gold or Silver", ["Marta", "Rui"]),
        ("?x-likes=tea", "Likes is Tea", ["Marta", "Rui"]),
        ("?x-likes=coffee", "Likes is Coffee", ["Marta"]),
        ("?x-pays=no", "Pays is no", ["Rui"]),
        ("?x-seats.from=3.5", "Seats is at least 3.5", ["Marta"]),
        ("?x-seats.to=3", "Seats is at most 3", ["Rui"]),
        ("?x-rent.from=1000", "Rent is at least 1000", ["Rui"]),
        ("?x-rent.from=100 EUR", "Rent is at least 100 EUR", ["Marta"]),
        ("?x-ends.between=2026-01-01/2026-12-31", "Ends is between 2026-01-01 and 2026-12-31", ["Marta"]),
        ("?x-note=100 %25", "Note is 100 %", ["Rui"]),
        ("?x-partner=RUI", "Partner is RUI", ["Marta"]),
        ("?x-tier=tin", "", ["Eva", "Marta", "Rui"]),
        ("?x-seats.from=many", "", ["Eva", "Marta", "Rui"]),
        ("?x-ends.since=soon", "", ["Eva", "Marta", "Rui"]),
    ],
)
def test_the_list_is_narrowed_by_conditions_in_words(signed_in, ana, people, query, words, names):
    client = signed_in(ana)
    assert shown(client, f"{query}&sort=name") == names
    page = client.get(f"/customers/{query}").content.decode()
    assert words in page
    assert ("chip" in page) == bool(words)


def test_a_number_is_asked_for_as_the_reader_writes_it(signed_in, ana, people):
    ana.language = "de"
    ana.save()
    assert shown(signed_in(ana), "?x-seats.from=12,4&sort=name") == ["Marta"]


@pytest.mark.req("K9")
def test_columns_say_it_in_words_and_the_export_holds_numbers_and_dates(signed_in, boss, people):
    query = "?sort=name&columns=name&columns=x-tier&columns=x-seats&columns=x-rent&columns=x-ends&columns=x-left&columns=x-partner"
    page = signed_in(boss).get(f"/customers/{query}").content.decode()
    for words in ("Gold", "12.5", "€900.00", "30 Jun 2026", "11.5"):
        assert words in page
    header, _eva, marta, _rui = exported(signed_in(boss), query)
    assert header == ["Name", "Tier", "Seats", "Rent", "Ends", "Partner", "Left"]
    assert marta == ["Marta", "Gold", "12.5", "900 EUR", "2026-06-30", "Rui", "11.5"]


@pytest.mark.req("T5")
@pytest.mark.parametrize("who", ["boss", "ana"])
def test_a_choice_is_found_without_reading_everybody(request, signed_in, iberia, who):
    field("choice", "Tier", "Gold", "Silver")
    with connection.cursor() as cursor:
        cursor.execute(MANY.replace("n %", "n %%"), {"team": iberia.pk, "scope": iberia.scope.pk})
        cursor.execute("""UPDATE customers_customer SET extra = '{"tier": "silver"}' WHERE id % 10 = 0""")
        cursor.execute("""UPDATE customers_customer SET extra = '{"tier": "gold"}' WHERE id % 1000 = 0""")
        cursor.execute("ANALYZE customers_customer")
    page, _lines, *counts = plans(signed_in(request.getfixturevalue(who)), "?x-tier=gold")
    assert all("Seq Scan on customers_customer" not in plan for plan in (page, *counts))
    assert all("customers_by_field" in plan for plan in (page, *counts))


@pytest.mark.req("T2")
def test_a_program_reads_and_writes_fields_and_is_told_which_there_are(boss, ana, people):
    program, (marta, rui, _eva) = Program(ana), people
    told = program.read("/fields").json()["items"]
    assert [one["key"] for one in told][:2] == ["tier", "likes"]
    assert told[0]["choices"][0] == {"key": "gold", "label": "Gold", "retired": False}
    assert program.read(f"/customers/{marta.pk}").json()["fields"] == {
        "tier": "gold",
        "likes": ["tea", "coffee"],
        "pays": True,
        "seats": 12.5,
        "note": "Blue, or red",
        "left": 11.5,
        "rent": {"amount": 900, "currency": "EUR"},
        "ends": "2026-06-30",
        "partner": rui.pk,
        "keeper": boss.email,
    }
    change = {"city": "Faro", "fields": {"tier": "Silver", "seats": None, "keeper": ana.email, "partner": marta.pk}}
    now = program.send(f"/customers/{rui.pk}", change, "PATCH").json()
    assert (now["city"], now["fields"]["tier"], now["fields"]["keeper"]) == ("Faro", "silver", ana.email)
    assert "seats" not in now["fields"]
    retire(next(one for one in declared() if one.key == "tier"), by=None, at=NOW)
    now = program.read(f"/customers/{rui.pk}").json()
    assert now["retired_fields"] == {"tier": "silver"}
    assert "tier" not in now["fields"]
    assert "fields" in program.read("/openapi.json").json()["components"]["schemas"]["CustomerOut"]["properties"]


@pytest.mark.parametrize(
    ("given", "pointer", "words"),
    [
        ({"nothing": 1}, "#/fields/nothing", "no such field"),
        ({"tier": "tin"}, "#/fields/tier", "none of the choices"),
        ({"tier": 7}, "#/fields/tier", "one of the choices"),
        ({"likes": ["tea", 7]}, "#/fields/likes", "list of choices"),
        ({"seats": "many"}, "#/fields/seats", "no number"),
        ({"seats": True}, "#/fields/seats", "no number"),
        ({"rent": {"amount": 1}}, "#/fields/rent", "Say the currency"),
        ({"rent": {"amount": 1, "currency": "EUR", "x": 1}}, "#/fields/rent", "amount and a currency"),
        ({"ends": "30.06.2026"}, "#/fields/ends", "no date"),
        ({"pays": "perhaps"}, "#/fields/pays", "neither yes nor no"),
        ({"partner": 999_999}, "#/fields/partner", "no such customer"),
        ({"keeper": "nobody@x.example"}, "#/fields/keeper", "No user"),
        ({"left": 1}, "#/fields/left", "computed"),
        ({"note": ["a"]}, "#/fields/note", "Write a text"),
        ("text", "#/fields", "valid dictionary"),
    ],
)
def test_what_a_program_gets_wrong_is_a_problem_that_points_at_it(ana, people, given, pointer, words):
    answer = Program(ana).send(f"/customers/{people[0].pk}", {"fields": given}, "PATCH")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert words in error["detail"]


def test_what_is_about_companies_is_refused_for_a_person_and_taken_for_a_company(ana):
    field("number", "Staff", about="company")
    program = Program(ana)
    given = {"name": "Aurora", "kind": "company", "source": "erp", "external_id": "7", "fields": {"staff": 12}}
    made = program.send("/customers", given)
    assert (made.status_code, made.json()["fields"]) == (201, {"staff": 12})
    again = program.send("/customers", {**given, "fields": {"staff": 15}})
    assert (again.status_code, again.json()["fields"]) == (200, {"staff": 15})
    assert SourceRecord.objects.get(source="erp").claims["x:staff"] == 15
    wrong = program.send("/customers", {"name": "Eva", "fields": {"staff": 12}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/fields/staff")


@pytest.mark.req("K1")
def test_a_merge_keeps_what_both_say_and_gives_it_back_exactly(ana):
    field("text", "Note")
    field("number", "Seats")
    one = put("Marta", source="crm", **{"x:note": "from the crm"})
    two = put("Marta L", source="shop", **{"x:note": "from the shop", "x:seats": 7})
    assert (one.extra, two.extra) == ({"note": "from the crm"}, {"note": "from the shop", "seats": 7})
    edit(one, {"x:note": "by hand"}, by=ana, at=NOW)
    shown = {one.label: (*one.values, one.source) for one in compare(one, two, reader=ana).fields}
    assert shown["Note"] == ("by hand", "from the shop", "by hand", "")
    assert shown["Seats"] == ("", "7", "7", "shop")
    done = merge(one, two, by=ana, at=NOW)
    one.refresh_from_db()
    assert one.extra == {"note": "by hand", "seats": 7}
    assert one.lineage["x:note"][1] == "by hand"
    unmerge(done, by=ana, at=NOW)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.extra, two.extra) == ({"note": "by hand"}, {"note": "from the shop", "seats": 7})


def test_a_new_customer_is_asked_for_what_is_about_its_kind(signed_in, ana):
    field("number", "Staff", about="company", required=True)
    field("date", "Born", about="person")
    client = signed_in(ana)
    page = client.get("/customers/new/").content.decode()
    # Both are there, so that nothing typed is lost when the kind is changed; the page shows those of the kind chosen.
    assert page.count('data-about="company"') == page.count('data-about="person"') == 1
    answer = client.post("/customers/new/", {"kind": "company", "name": "Aurora", "x-born": "2000-01-01"})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    assert 'value="2000-01-01"' in answer.content.decode()
    # What is left in a field that is not shown is neither taken nor in the way.
    answer = client.post("/customers/new/", {"kind": "company", "name": "Aurora", "x-staff": "12", "x-born": "never"})
    assert answer.status_code == 302
    assert SourceRecord.objects.get().claims == {"name": "Aurora", "x:staff": 12}
    assert client.post("/customers/new/", {"kind": "person", "name": "Eva", "x-born": "2000-01-01"}).status_code == 302
    assert put("B", Kind.COMPANY).extra == {}


@pytest.mark.parametrize("key", ["seats", "rent", "partner", "keeper", "note", "likes"])
@pytest.mark.parametrize("sent", ["9" * 5_000, "[" + "9" * 5_000 + "]", '"1e999999999"', '"\\u0000"', "1e300"])
def test_what_no_database_holds_is_refused_or_cleaned(ana, people, key, sent):
    answer = Program(ana).send(f"/customers/{people[0].pk}", f'{{"fields": {{"{key}": {sent}}}}}', "PATCH")
    assert answer.status_code in {200, 400, 422}
