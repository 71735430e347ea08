"""The data dictionary: nothing that is kept goes undescribed, and what people say of it holds."""

import csv
import re

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client

from rapport.fields.declare import Wish, declare
from rapport.people.models import ApiToken
from rapport.people.roles import PERMISSIONS
from rapport.privacy.dictionary import Entry
from rapport.privacy.dictionary_declared import DECLARED, OF_THE_GROUND, about, columns_of, history_of, models_by_table
from rapport.privacy.dictionary_read import dictionary, kept_line
from rapport.trail.names import ROOMS

pytestmark = [pytest.mark.req("G3")]
MISSING = "say in rapport/privacy/dictionary_of_*.py why it is kept and under which level each column stands"


def test_every_column_of_ours_is_described():
    missing = {
        table: sorted(set(columns_of(table)) - {column for column, _level in DECLARED[table].columns()})
        if table in DECLARED
        else "the whole table"
        for table in models_by_table()
    }
    assert {table: columns for table, columns in missing.items() if columns} == {}, MISSING


def test_no_description_outlives_its_column():
    assert DECLARED.keys() <= models_by_table().keys(), "a described table is gone"
    gone = {
        f"{table}.{column}"
        for table, told in DECLARED.items()
        for column, _level in told.columns()
        if column not in columns_of(table)
    }
    assert gone == set()


def test_each_column_stands_under_one_level_and_each_table_is_opened_by_a_permission():
    for table, told in DECLARED.items():
        columns = [column for column, _level in told.columns()]
        assert len(columns) == len(set(columns)), table
        assert told.seen_with in {"", *PERMISSIONS}, table


@pytest.mark.django_db
def test_every_table_of_the_database_is_in_it():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    told = {*models_by_table(), *map(history_of, models_by_table())}
    ground = {one for one in tables if one.startswith((*(f"{room}_" for room in OF_THE_GROUND), "django_"))}
    assert tables - ground - told == set(), MISSING


@pytest.mark.django_db
def test_what_a_new_migration_adds_would_not_pass():
    """So that the rules above are rules: a column more than was described is missed."""
    told = {column for column, _level in DECLARED["customers_customer"].columns()}
    assert {*columns_of("customers_customer"), "blood_group"} - told == {"blood_group"}


def test_whom_a_table_leads_to_is_read_from_its_references():
    assert about("customers_identifier") == ("colleagues", "customers")
    assert about("people_unit") == ()
    assert "customers" in about("timeline_interaction")


@pytest.mark.django_db
def test_a_field_of_ones_own_is_in_it_and_waits_to_be_described(boss):
    field = declare("text", Wish("Blood group", "person"))
    line = kept_line("customers_customer", f"extra.{field.key}")
    assert line.label == "Blood group"
    assert not line.is_complete
    assert next(one for one in dictionary() if one.table == "customers_customer").incomplete == 1


def given(**named):
    said = {"purpose": "", "basis": "contract", "keeps": "Two years", "level": "special", "source": "The patient"}
    return said | named


@pytest.mark.django_db
def test_people_complete_it_and_the_history_says_who_did(signed_in, boss):
    field = declare("text", Wish("Blood group", "person"))
    client, path = signed_in(boss), f"/govern/data/customers_customer/extra.{field.key}/"
    assert "Blood group" in client.get("/govern/data/?gaps=1").content.decode()
    assert client.post(path, given(purpose="Emergencies")).status_code == 302
    assert client.post(path, given(purpose="Emergencies only")).status_code == 302
    line = kept_line("customers_customer", f"extra.{field.key}")
    assert (line.purpose, line.keeps, line.is_complete) == ("Emergencies only", "Two years", True)
    page = client.get(path).content.decode()
    assert "Emergencies only" in page
    assert "Bea Boss" in page
    assert "Blood group" not in client.get("/govern/data/?gaps=1").content.decode()


@pytest.mark.django_db
def test_what_stays_as_rapport_says_it_follows_rapport(signed_in, boss):
    before = kept_line("customers_customer", "city")
    said = {name: str(getattr(before, name)) for name in ("purpose", "basis", "keeps", "source")}
    signed_in(boss).post("/govern/data/customers_customer/city/", said | {"level": "sensitive"})
    entry = Entry.objects.get()
    assert (entry.level, entry.purpose, entry.keeps) == ("sensitive", "", "")


@pytest.mark.django_db
def test_who_sees_it_follows_the_roles(signed_in, boss, ana):
    page = signed_in(ana).get("/govern/data/customers_customer/").content.decode()
    assert "Reader" in page
    signed_in(boss).post("/govern/data/customers_customer/city/", given(purpose="Visits"))
    line = next(one for one in columns_over_the_api(boss) if one["column"] == "city")
    assert line["seen_by"] == ["administrator", "data-protection"]
    assert signed_in(ana).post("/govern/data/customers_customer/city/", given()).status_code == 403


def columns_over_the_api(user):
    return program(user).get("/api/v1/data-dictionary/customers_customer").json()["items"]


def program(user):
    return Client(headers={"Authorization": f"Bearer {ApiToken.issue(user, 'walk', [])}"})


@pytest.mark.django_db
def test_it_is_completed_over_the_api_and_told_apart_from_a_table_that_is_not_there(boss):
    client = program(boss)
    path = "/api/v1/data-dictionary/customers_customer/website"
    answer = client.patch(path, {"level": "public"}, "application/json")
    assert (answer.status_code, answer.json()["level"], answer.json()["personal"]) == (200, "public", False)
    assert client.get("/api/v1/data-dictionary/no_such_table").status_code == 404
    assert client.patch(f"{path}x", {"level": "public"}, "application/json").status_code == 404
    assert client.patch(path, {"level": "secret"}, "application/json").status_code == 422


@pytest.mark.django_db
def test_all_of_it_is_taken_away_as_a_file(signed_in, ana):
    answer = signed_in(ana).get("/govern/data/file/?level=any&q=postcode")
    text = b"".join(answer.streaming_content if not answer.is_async else drained(answer)).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["Table"] for row in rows} == {"customers_customer", "customers_address"}
    assert rows[0]["Who sees it"].startswith("Administrator")


def drained(answer):
    async def gathered():
        return [piece async for piece in answer.streaming_content]

    return async_to_sync(gathered)()


def test_what_everybody_finds_customers_by_is_not_called_sensitive_in_vain(signed_in, boss):
    page = signed_in(boss)
    answer = page.post("/govern/data/customers_customer/name/", given(level="sensitive"))
    assert answer.status_code == 422
    assert "it cannot be covered" in answer.content.decode()
    assert page.post("/govern/data/customers_customer/name/", given(level="personal")).status_code == 302
    assert page.post("/govern/data/customers_customer/street/", given(level="special")).status_code == 302


def test_the_tables_are_folded_by_room(signed_in, ana):
    page = signed_in(ana).get("/govern/data/").content.decode()
    rooms = re.findall(r"<summary><b>([^<]+)</b>", page)
    assert rooms == sorted(rooms, key=str.casefold)
    assert {"Customers", "People and access"} <= set(rooms)
    assert page.count('<details class="card-body') == len(rooms)


def test_every_room_of_it_has_a_name_that_people_use():
    assert {one._meta.app_label for one in models_by_table().values()} <= ROOMS.keys()


@pytest.mark.django_db
def test_what_an_incident_concerned_is_ticked_under_the_rooms_that_keep_it(signed_in, mia):
    page = signed_in(mia).get("/govern/incidents/new/").content.decode()
    assert "<summary>Consents" in page
    assert 'value="consent_consent"' in page
    assert 'type="checkbox" name="tables"' in page
