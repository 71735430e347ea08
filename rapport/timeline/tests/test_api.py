"""Interactions over the API: taken in once, refused with a reason, read by whom they concern."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from rapport.api import api as api_description
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.lib import cursor
from rapport.people.models import Scope
from rapport.people.tests.programs import Program
from rapport.timeline.models import Interaction, Superseded, Tally

pytestmark = pytest.mark.django_db
ONE = "/interactions"
BATCH = "/interactions/batch"
MARTA = {"kind": "email", "value": "marta@aurora.example"}
MOBILE = {"kind": "phone", "value": "+351 912 555 014"}


def call(external_id="1", *identifiers, **more):
    return {
        "source": "pbx",
        "external_id": external_id,
        "occurred_at": "2026-03-02T09:30:00+00:00",
        "channel": "phone",
        "direction": "inbound",
        "kind": "call",
        "identifiers": list(identifiers or [MARTA]),
        **more,
    }


def post(client, body, path=ONE):
    return client.send(path, body)


@pytest.mark.req("T2")
def test_the_same_thing_twice_is_known_and_changed_it_is_a_new_version(boss):
    api = Program(boss)
    first = post(api, call(text="Hello"))
    assert first.status_code == 201
    told = first.json()
    assert told == {
        "id": Interaction.objects.get().pk,
        "customer_id": Customer.objects.get().pk,
        "version": 1,
        "outcome": "created",
        "conflicts": [],
    }
    again = post(api, call(text="Hello"))
    assert (again.status_code, again.json()) == (200, {**told, "outcome": "known"})
    other = post(api, call(text="Hello!"))
    assert (other.status_code, other.json()) == (200, {**told, "outcome": "corrected", "version": 2})
    assert Superseded.objects.get().content["text"] == "Hello"


@pytest.mark.req("T2")
def test_weak_identifiers_alone_or_none_leave_it_unassigned(boss, nils):
    api = Program(boss)
    for number, identifiers in enumerate([[{"kind": "email", "value": "info@aurora.example"}], []]):
        answer = post(api, {**call(str(number)), "identifiers": identifiers})
        assert (answer.status_code, answer.json()["customer_id"]) == (201, None)
    queue = Program(nils).read(ONE, unassigned="true").json()
    assert [one["external_id"] for one in queue["items"]] == ["1", "0"]


def test_the_strongest_identifier_wins_and_the_others_are_told(boss):
    api = Program(boss)
    marta = post(api, call("1", MARTA)).json()["customer_id"]
    rui = post(api, call("2", MOBILE)).json()["customer_id"]
    both = post(api, call("3", MOBILE, MARTA)).json()
    assert (both["customer_id"], both["conflicts"]) == (marta, [rui])
    again = post(api, call("3", MOBILE, MARTA)).json()
    assert (again["outcome"], again["conflicts"]) == ("known", [rui])


def test_each_receiver_is_somebody_of_their_own_and_the_sender_is_one(boss):
    api = Program(boss)
    mail = call(
        "1",
        {"kind": "email", "value": "marta@aurora.example", "role": "from", "name": "Marta Leal"},
        {**MOBILE, "role": "from"},
        {"kind": "email", "value": "rui@aurora.example", "role": "to"},
        {"kind": "email", "value": "eva@aurora.example", "role": "cc"},
    )
    told = post(api, mail).json()
    people = api.read(f"{ONE}/{told['id']}").json()["participants"]
    assert [one["role"] for one in people] == ["from", "to", "cc"]
    assert len({one["customer_id"] for one in people}) == 3
    assert people[0]["customer_id"] == told["customer_id"]
    assert Customer.objects.get(pk=told["customer_id"]).name == "Marta Leal"


def test_a_record_id_is_of_its_source_unless_said_otherwise(boss):
    api = Program(boss)
    ours = post(api, call("1", {"kind": "external", "value": "C-1"})).json()["customer_id"]
    same = post(api, call("2", {"kind": "external", "value": "C-1", "namespace": "pbx"})).json()["customer_id"]
    other = post(api, call("3", {"kind": "external", "value": "C-1", "namespace": "shop"})).json()["customer_id"]
    assert ours == same != other


@pytest.mark.req("T2")
@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"channel": "fax"}, "#/channel"),
        ({"direction": "sideways"}, "#/direction"),
        ({"source": ""}, "#/source"),
        ({"source": "  "}, "#/source"),
        ({"source": None}, "#/source"),
        ({"external_id": "x" * 401}, "#/external_id"),
        ({"external_id": "a\x00b"}, "#/external_id"),
        ({"external_id": 7}, "#/external_id"),
        ({"occurred_at": "2026-03-02T09:30:00"}, "#/occurred_at"),
        ({"occurred_at": "2026-03-02"}, "#/occurred_at"),
        ({"occurred_at": "yesterday"}, "#/occurred_at"),
        ({"occurred_at": 1_700_000_000}, "#/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "#/occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "#/occurred_at"),
        ({"identifiers": [{"kind": "email", "value": "marta@"}]}, "#/identifiers/0/value"),
        ({"identifiers": [MARTA, {"kind": "fax", "value": "1"}]}, "#/identifiers/1/kind"),
        ({"identifiers": [{"kind": "phone", "value": "withheld"}]}, "#/identifiers/0/value"),
        ({"identifiers": [{**MARTA, "role": "boss"}]}, "#/identifiers/0/role"),
        ({"identifiers": [{**MARTA, "rôle": "to"}]}, "#/identifiers/0/rôle"),
        ({"identifiers": "marta@aurora.example"}, "#/identifiers"),
        ({"amount": "ten"}, "#/amount"),
        ({"amount": True}, "#/amount"),
        ({"amount": "1.23456"}, "#/amount"),
        ({"amount": 10**15}, "#/amount"),
        ({"amount": "NaN"}, "#/amount"),
        ({"currency": "EURO"}, "#/currency"),
        ({"currency": "XQQ"}, "#/currency"),
        ({"data": [1]}, "#/data"),
        ({"data": {"x": "y" * 100_001}}, "#/data"),
        ({"data": {"x": json.loads("[" * 30 + "]" * 30)}}, "#/data"),
        ({"subject": "x" * 1001}, "#/subject"),
        ({"kind": ""}, "#/kind"),
        ({"subjet": "Hello"}, "#/subjet"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_place(boss, wrong, pointer):
    answer = post(Program(boss), {**call(), **wrong})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "errors"} == set(problem)
    assert problem["status"] == 422
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert not Interaction.objects.exists()


def test_a_number_that_is_too_large_to_be_read_spoils_only_its_own_row(boss):
    good, bad = (
        json.dumps(call("1")),
        json.dumps({**call("2"), "data": {"x": [{"y": 0}]}}).replace('"y": 0', '"y": 1e400'),
    )
    answer = Program(boss).send(BATCH, f"[{good},{bad}]")
    assert [row["status"] for row in answer.json()] == [201, 422]


@pytest.mark.parametrize(
    "right",
    [
        {"occurred_at": "2026-03-02T10:30:00+01:00"},
        {"occurred_at": "2026-03-02T09:30:00Z"},
        {"amount": 12.5},
        {"amount": "12.50", "currency": "eur"},
        {"amount": -3, "currency": "EUR"},
        {"subject": None, "text": None, "amount": None, "currency": None, "data": None},
        {"text": "null \x00 and \ud83d\ude00 emoji", "subject": "\\u0000"},
        {"data": {"nested": [{"a": "\\u0000", "b": "\x00", "c": 1e300, "d": 10**30}]}},
        {"kind": "größer", "touchpoint": "Hotline", "brand": "Aurora"},
    ],
)
def test_what_is_right_is_taken_in(boss, right):
    api = Program(boss)
    answer = post(api, {**call(), **right})
    assert answer.status_code == 201, answer.json()
    assert api.read(f"{ONE}/{answer.json()['id']}").status_code == 200


def test_a_moment_within_a_day_ahead_is_taken_in(boss):
    soon, late = (timezone.now() + timedelta(hours=hours) for hours in (23, 25))
    assert post(Program(boss), call("1", occurred_at=soon.isoformat())).status_code == 201
    assert post(Program(boss), call("2", occurred_at=late.isoformat())).status_code == 422


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("", 422), ("[]", 422), ('"x"', 422), (b"\xff", 400)])
def test_what_is_no_json_object_is_a_problem(boss, body, status):
    answer = post(Program(boss), body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.req("T2")
def test_a_batch_answers_each_row_in_order_and_bad_rows_stop_no_other(boss):
    rows = [call("1"), {**call("2"), "channel": "fax"}, call("1"), "nonsense", call("3"), call("1", text="new")]
    answer = post(Program(boss), rows, BATCH)
    assert answer.status_code == 200
    told = answer.json()
    assert [row["status"] for row in told] == [201, 422, 200, 422, 201, 200]
    assert [row.get("version") for row in told] == [1, None, 2, None, 1, 2]
    assert told[1]["error"]["status"] == 422
    assert told[1]["error"]["errors"][0]["pointer"] == "#/channel"
    assert told[1]["error"]["detail"].startswith("channel: ")
    assert told[0]["id"] == told[2]["id"] == told[5]["id"] != told[4]["id"]
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"), [([{}] * 10_001, 413), ({"rows": []}, 422), ("[", 400), ("", 400), ([], 200)]
)
def test_a_batch_of_another_size_or_shape(boss, body, status):
    answer = post(Program(boss), body, BATCH)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["status"] == status


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_from_eight_clients_at_once_is_written_once(boss):
    people = [{"kind": "email", "value": f"person{number}@aurora.example"} for number in range(20)]
    rows = json.dumps([call(str(number), people[number % 20], amount=1, currency="EUR") for number in range(200)])
    changed = json.dumps(
        [call(str(number), people[-number % 20], amount=2, currency="EUR") for number in reversed(range(200))]
    )
    clients = [Program(boss) for _ in range(8)]

    def send(number):
        try:
            return [row["status"] for row in post(clients[number], rows if number < 4 else changed, BATCH).json()]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(send, range(8)))
    assert sum(statuses.count(201) for statuses in told) == 200
    assert all(status in {200, 201} for statuses in told for status in statuses)
    assert (Interaction.objects.count(), Customer.objects.count()) == (200, 20)
    assert sum(Tally.objects.values_list("count", flat=True)) == 200


def test_a_timeline_is_newest_first_and_the_new_one_is_there_at_once(boss):
    api = Program(boss)
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    rows = [
        call(str(number), occurred_at=(at - timedelta(hours=number)).isoformat(), amount="1.50") for number in range(7)
    ]
    customer_id = post(api, rows, BATCH).json()[0]["customer_id"]
    path = f"/customers/{customer_id}/timeline"
    seen, after = [], ""
    while after is not None:
        page = api.read(path, limit=3, after=after).json()
        seen += [one["external_id"] for one in page["items"]]
        after = page["next"]
    assert seen == [str(number) for number in range(7)]
    told = post(api, call("new", channel="email", kind="mail", occurred_at=timezone.now().isoformat())).json()
    newest = api.read(path).json()["items"][0]
    assert (newest["id"], newest["customer_id"], newest["version"]) == (told["id"], customer_id, 1)
    assert [one["external_id"] for one in api.read(path, channel="email").json()["items"]] == ["new"]
    assert len(api.read(path, until=at.isoformat()).json()["items"]) == 6
    assert len(api.read(path, since=at.isoformat(), kind="call").json()["items"]) == 1
    assert api.read(path, after="nowhere").status_code == 422
    assert api.read(path, chanel="email").json()["errors"][0]["parameter"] == "chanel"
    assert api.read(path, channel="fax").status_code == 422


def test_what_waits_can_be_assigned(boss, ana, nils):
    api = Program(boss)
    customer_id = post(api, call("1")).json()["customer_id"]
    waiting = post(api, call("2", {"kind": "email", "value": "info@aurora.example"})).json()["id"]
    assert [one["id"] for one in Program(ana).read(ONE, unassigned="true").json()["items"]] == [waiting]
    path = f"{ONE}/{waiting}/assign"
    assert post(Program(ana), {"customer_id": 10**9}, path).status_code == 422
    answer = post(Program(ana), {"customer_id": customer_id}, path)
    assert (answer.status_code, answer.json()["customer_id"]) == (200, customer_id)
    assert api.read(ONE, unassigned="true").json() == {"items": [], "next": None}
    assert post(Program(ana), {"customer_id": customer_id}, f"{ONE}/{10**9}/assign").status_code == 404


def test_what_is_recorded_about_another_teams_customer_counts_and_shows_no_more_than_the_id(boss, ana, nils):
    first = post(Program(boss), call("1")).json()
    edit(Customer.objects.get(pk=first["customer_id"]), {"team": "Iberia"}, by=boss, at=timezone.now())
    answer = post(Program(nils), call("2"))
    assert (answer.status_code, answer.json()["customer_id"]) == (201, first["customer_id"])
    recorded = answer.json()["id"]
    assert Program(ana).read(f"{ONE}/{recorded}").status_code == 200
    assert Program(nils).read(f"{ONE}/{recorded}").status_code == 404
    assert Program(nils).read(f"/customers/{first['customer_id']}/timeline").status_code == 404
    assert Program(nils).read(ONE).json()["items"] == []


@pytest.mark.req("G5")
def test_whoever_knows_an_id_of_another_teams_source_cannot_rewrite_what_it_says(boss, ana, nils):
    post(Program(boss), call(text="Hello"))
    Customer.objects.update(scope=Scope.objects.get(team=ana.team), team=ana.team)
    theirs = Program(nils)
    refused = post(theirs, call(text="I owe you a million"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/external_id")
    rows = post(theirs, [call(text="I owe you a million"), call("2", text="Mine")], BATCH).json()
    assert [row["status"] for row in rows] == [422, 201]
    assert post(theirs, call(text="Hello")).status_code == 200
    assert Interaction.objects.get(receipt__external_id="1").text == "Hello"
    assert post(Program(ana), call(text="Hello, again")).json()["outcome"] == "corrected"
    assert post(theirs, call("2", text="Mine, corrected")).json()["outcome"] == "corrected"


def test_the_list_goes_on_where_the_page_ended(boss):
    api = Program(boss)
    post(api, [call(str(number), {"kind": "cookie", "value": "c"}) for number in range(5)], BATCH)
    for choice in ({}, {"unassigned": "true"}, {"source": "pbx", "channel": "phone"}):
        seen, after = [], ""
        while after is not None:
            page = api.read(ONE, limit=2, after=after, **choice).json()
            seen += [one["external_id"] for one in page["items"]]
            after = page["next"]
        assert seen == ["4", "3", "2", "1", "0"]
    assert api.read(ONE, after="nowhere").status_code == 422
    assert api.read(ONE, limit=0).status_code == 422


@pytest.mark.parametrize("at", ["nowhen", "9999-99-99", "2026-01-01", "a\0"])
def test_a_place_at_no_moment_leads_nowhere(boss, at):
    assert Program(boss).read(ONE, unassigned="true", after=cursor.write(at, 1)).status_code == 422


@pytest.mark.req("T2")
@pytest.mark.parametrize("path", [ONE, "/orders", "/meetings"])
def test_a_moment_with_an_offset_beyond_any_clock_is_the_same_moment(path, boss):
    api = Program(boss)
    assert api.read(path, since="1130-09-30T00:18:42+23:54").status_code == 200
    assert api.read(path, since="0001-01-01T00:00:00+00:00").status_code == 422
    assert api.read(path, until="9999-12-31T23:59:00-23:00").status_code == 422


@pytest.mark.req("T2")
def test_a_place_in_a_list_that_nobody_wrote_leads_nowhere(boss):
    api = Program(boss)
    post(api, call())
    place = cursor.write("2026-01-01T00:00:00+23:59", 1)
    assert api.read(ONE, unassigned="true", after=place).status_code == 200
    assert api.read(ONE, unassigned="true", after=cursor.write("2026-01-01T00:00:00", 1)).status_code == 422
    timeline = f"/customers/{Customer.objects.get().pk}/timeline"
    assert api.read(timeline, after=f"2026-01-01T00:00:00+23:59_{10**30}").status_code in {200, 422}


@pytest.mark.req("T2")
def test_choices_of_one_name_are_described_where_they_stand():
    schema = json.dumps(api_description.get_openapi_schema()["components"]["schemas"])
    assert "#/components/schemas/State" not in schema
    assert '["running", "stopped", "done", "broken", "undoing", "undone"]' in schema
