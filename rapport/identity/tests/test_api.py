"""Who is who over the API: created or matched, merged, and taken apart again."""

import pytest
from django.utils import timezone

from rapport.customers.discard import discard
from rapport.customers.models import Customer
from rapport.fields.declare import Wish, declare
from rapport.people.tests.programs import Program

pytestmark = pytest.mark.django_db
MAIL = [{"kind": "email", "value": "marta@aurora.example"}]


def add(program, **fields):
    answer = program.send("/customers", fields)
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


@pytest.mark.req("T2")
def test_a_record_creates_once_and_then_finds_its_customer(boss):
    program = Program(boss)
    first = program.send("/customers", {"source": "shop", "external_id": "1", "name": "Marta", "identifiers": MAIL})
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert first["Location"] == f"/api/v1/customers/{first.json()['id']}"
    again = program.send("/customers", {"source": "shop", "external_id": "1", "name": "Marta", "identifiers": MAIL})
    assert (again.status_code, again.json()["outcome"]) == (200, "skipped")
    other = program.send(
        "/customers", {"source": "crm", "name": "Marta Leal", "identifiers": MAIL, "company": "Aurora"}
    )
    assert (other.status_code, other.json()["outcome"], other.json()["name"]) == (200, "updated", "Marta Leal")
    assert first.json()["id"] == again.json()["id"] == other.json()["id"]
    assert sorted(Customer.objects.values_list("kind", "name")) == [("company", "Aurora"), ("person", "Marta Leal")]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({}, "#/name"),
        ({"identifiers": [{"kind": "cookie", "value": "c"}]}, "#/name"),
        ({"name": "Marta", "kind": "pet"}, "#/kind"),
        ({"name": "Marta", "mail": "x"}, "#/mail"),
        ({"name": "Marta", "identifiers": [{"kind": "email", "value": "x@"}]}, "#/identifiers/0/value"),
        ({"name": "Marta", "owner": "nobody@rapport.example"}, "#/owner"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(boss, wrong, pointer):
    answer = Program(boss).send("/customers", wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.req("K8")
def test_merged_ids_lead_to_the_survivor_until_the_merge_is_undone(ana):
    program = Program(ana)
    marta = add(program, name="Marta", identifiers=MAIL)
    other = add(program, name="M. Leal", identifiers=[{"kind": "phone", "value": "+351 912 555 014"}])
    answer = program.send(f"/customers/{marta}/merge", {"other": other})
    assert answer.status_code == 201
    assert answer.json().keys() == {"merge_id", "customer_id"}
    assert answer.json()["customer_id"] == marta
    for tail in ("", "/timeline", "/identifiers", "/relationships", "/sources"):
        moved = program.read(f"/customers/{other}{tail}")
        assert (moved.status_code, moved["Location"]) == (308, f"/api/v1/customers/{marta}{tail}")
    moved = program.read(f"/customers/{other}/timeline", limit=5, channel="email")
    assert moved["Location"] == f"/api/v1/customers/{marta}/timeline?limit=5&channel=email"
    followed = program.get(f"/api/v1/customers/{other}", follow=True)
    assert (followed.status_code, len(followed.json()["identifiers"])) == (200, 2)
    assert program.send(f"/customers/{other}", {"city": "Porto"}, "PATCH").status_code == 308
    undone = program.send(f"/merges/{answer.json()['merge_id']}/undo", "")
    assert (undone.status_code, undone.json()["customer_id"]) == (200, other)
    assert program.read(f"/customers/{other}").json()["name"] == "M. Leal"
    again = program.send(f"/merges/{answer.json()['merge_id']}/undo", "")
    assert (again.status_code, again.json()["code"]) == (409, "undone already")


@pytest.mark.req("K1")
def test_a_program_says_field_by_field_which_of_the_two_is_right(ana):
    declare("choice", Wish("Tier", "all"), ["Gold", "Silver"])
    program = Program(ana)
    marta = add(program, name="Marta", city="Lisboa", fields={"tier": "Gold"}, identifiers=MAIL)
    other = add(program, name="Martha", city="Porto", fields={"tier": "Silver"})
    right = {"name": marta, "city": other, "tier": other}
    for name, wrong, pointer in (("shoes", marta, "#/right/shoes"), ("city", other + 99, "#/right/city")):
        refused = program.send(f"/customers/{marta}/merge", {"other": other, "right": {**right, name: wrong}})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    done = program.send(f"/customers/{marta}/merge", {"other": other, "right": right}).json()
    assert said_of(program, marta) == ("Marta", "Porto", "silver")
    program.send(f"/merges/{done['merge_id']}/undo", "")
    assert said_of(program, marta) == ("Marta", "Lisboa", "gold")
    assert said_of(program, other) == ("Martha", "Porto", "silver")


def said_of(program, customer_id):
    read = program.read(f"/customers/{customer_id}").json()
    return read["name"], read["city"], read["fields"]["tier"]


def test_a_merge_that_can_not_be_is_a_conflict(ana):
    program = Program(ana)
    marta, rui = add(program, name="Marta"), add(program, name="Rui")
    aurora = add(program, name="Aurora", kind="company")
    for other, code in ((marta, "same"), (aurora, "kinds differ")):
        answer = program.send(f"/customers/{marta}/merge", {"other": other})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    program.send(f"/customers/{marta}/merge", {"other": rui})
    answer = program.send(f"/customers/{marta}/merge", {"other": rui})
    assert (answer.status_code, answer.json()["code"]) == (409, "merged already")
    assert program.send(f"/customers/{marta}/merge", {"other": 10**9}).status_code == 404
    assert program.send("/merges/1000000/undo", "").status_code == 404


@pytest.mark.req("G5")
def test_another_teams_merge_can_not_be_undone(ana, nils):
    program = Program(ana)
    marta, other = add(program, name="Marta", team="Iberia"), add(program, name="M. Leal", team="Iberia")
    merge_id = program.send(f"/customers/{marta}/merge", {"other": other}).json()["merge_id"]
    assert Program(nils).send(f"/merges/{merge_id}/undo", "").status_code == 404
    assert Program(nils).read(f"/customers/{other}").status_code == 404


@pytest.mark.req("G5")
@pytest.mark.parametrize("claim", [{}, {"team": "Iberia"}, {"owner": "ana@rapport.example"}])
def test_another_teams_customer_is_neither_changed_nor_taken_over_by_whoever_knows_an_address(ana, nils, claim):
    theirs = add(Program(nils), name="Marta", team="Nordics", identifiers=MAIL)
    answer = Program(ana).send("/customers", {"source": "crm", "name": "Mine", "identifiers": MAIL, **claim})
    assert (answer.status_code, "customer_id" in answer.json()) == (409, False)
    assert Program(ana).read(f"/customers/{theirs}").status_code == 404
    kept = Program(nils).read(f"/customers/{theirs}").json()
    assert (kept["name"], kept["team"], kept["owner"]) == ("Marta", "Nordics", None)


@pytest.mark.req("G5")
def test_conflicts_name_only_customers_that_the_sender_may_see(ana, nils):
    add(Program(nils), name="Marta", team="Nordics", identifiers=MAIL)
    phone = [{"kind": "phone", "value": "+351 912 555 014"}]
    add(Program(ana), source="shop", external_id="1", name="Rui", team="Iberia", identifiers=phone)
    answer = Program(ana).send("/customers", {"source": "shop", "external_id": "1", "identifiers": MAIL})
    assert (answer.status_code, answer.json()["conflicts"]) == (200, [])


def test_who_is_in_the_trash_is_not_parted_and_a_program_is_told_so(boss):
    program = Program(boss)
    one, two, three = (add(program, name=name) for name in ("Ana", "Anna", "Anne"))
    first = program.send(f"/customers/{two}/merge", {"other": three}).json()["merge_id"]
    program.send(f"/customers/{one}/merge", {"other": two})
    discard([one], by=boss, at=timezone.now())
    answer = program.send(f"/merges/{first}/undo", "")
    assert answer.status_code in {404, 409}
