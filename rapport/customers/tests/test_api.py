"""A customer over the API: read, changed, and hidden from other teams."""

import pytest

from rapport.customers.models import BY_HAND, Customer, Identifier, SourceRecord
from rapport.journal.models import Event, Fact
from rapport.people.tests.programs import Program

pytestmark = pytest.mark.django_db


def add(program, **fields):
    answer = program.send("/customers", fields)
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


@pytest.mark.req("T2")
def test_a_customer_is_read_and_changed(boss, ana):
    program = Program(ana)
    marta = add(program, name="Marta Leal", city="Porto", identifiers=[{"kind": "phone", "value": "+351 912 555 014"}])
    told = program.read(f"/customers/{marta}").json()
    assert (told["id"], told["kind"], told["name"], told["city"]) == (marta, "person", "Marta Leal", "Porto")
    assert [(one["kind"], one["value"]) for one in told["identifiers"]] == [("phone", "+351912555014")]
    answer = program.send(f"/customers/{marta}", {"city": "Braga", "tags": ["b", "a"], "owner": ana.email}, "PATCH")
    assert answer.status_code == 200
    now = answer.json()
    assert (now["city"], now["tags"], now["owner"], now["team"]) == ("Braga", ["a", "b"], ana.email, "Iberia")
    assert SourceRecord.objects.get(source=BY_HAND).claims["city"] == "Braga"
    assert Event.objects.filter(kind=Fact.CUSTOMERS_CHANGED).latest("pk").actor == ana
    cleared = program.send(f"/customers/{marta}", {"city": None, "tags": None}, "PATCH").json()
    assert (cleared["city"], cleared["tags"], cleared["owner"]) == ("", [], ana.email)
    assert program.send(f"/customers/{marta}", {}, "PATCH").json() == cleared


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"nmae": "x"}, "#/nmae"),
        ({"id": 7}, "#/id"),
        ({"city": 7}, "#/city"),
        ({"city": "x" * 201}, "#/city"),
        ({"city": "a\x00b"}, "#/city"),
        ({"tags": "x"}, "#/tags"),
        ({"tags": [""]}, "#/tags/0"),
        ({"owner": "nobody@rapport.example"}, "#/owner"),
        ({"team": "Nowhere"}, "#/team"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(boss, wrong, pointer):
    program = Program(boss)
    answer = program.send(f"/customers/{add(program, name='Marta')}", wrong, "PATCH")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.req("G5")
def test_another_teams_customer_is_not_there(ana, nils, boss):
    hers = add(Program(ana), name="Marta", team="Iberia", identifiers=[{"kind": "email", "value": "m@aurora.example"}])
    identifier = Identifier.objects.get()
    other = add(Program(nils), name="Rui")
    program = Program(nils)
    asked = [
        program.read(f"/customers/{hers}"),
        program.send(f"/customers/{hers}", {"city": "Oslo"}, "PATCH"),
        program.read(f"/customers/{hers}/timeline"),
        program.read(f"/customers/{hers}/identifiers"),
        program.send(f"/customers/{hers}/identifiers", {"kind": "email", "value": "x@aurora.example"}),
        program.send(f"/customers/{hers}/identifiers/{identifier.pk}", "", "DELETE"),
        program.read(f"/customers/{hers}/relationships"),
        program.send(f"/customers/{hers}/relationships", {"other": other, "kind": "family"}),
        program.read(f"/customers/{hers}/sources"),
        program.send(f"/customers/{hers}/merge", {"other": other}),
        program.send(f"/customers/{other}/merge", {"other": hers}),
    ]
    assert [answer.status_code for answer in asked] == [404] * len(asked)
    related = program.send(f"/customers/{other}/relationships", {"other": hers, "kind": "family"})
    assert related.status_code == 422
    assert Customer.objects.get(pk=hers).city == ""
    assert [one["id"] for one in program.read("/customers").json()["items"]] == [other]
    assert program.read("/customers", q="m@aurora.example").json()["items"] == []
    matched = program.send("/customers", {"name": "M", "identifiers": [{"kind": "email", "value": "m@aurora.example"}]})
    assert matched.status_code == 409
    assert "customer_id" not in matched.json()


def test_identifiers_come_and_go_and_are_one_customers_own(boss, ana, nils):
    program = Program(ana)
    marta, rui = add(program, name="Marta"), add(program, name="Rui", team="Iberia")
    mail = {"kind": "email", "value": "Marta@Aurora.example", "label": "work"}
    answer = program.send(f"/customers/{marta}/identifiers", mail)
    assert (answer.status_code, answer.json()["label"], answer.json()["strength"]) == (201, "work", "strong")
    assert program.send(f"/customers/{marta}/identifiers", mail).status_code == 200
    taken = program.send(f"/customers/{rui}/identifiers", {"kind": "email", "value": "marta@aurora.example"})
    assert (taken.status_code, taken.json()["customer_id"]) == (409, marta)
    for kind, value in (("email", "x@"), ("phone", "12"), ("fax", "1")):
        assert program.send(f"/customers/{rui}/identifiers", {"kind": kind, "value": value}).status_code == 422
    shared = {"kind": "email", "value": "info@aurora.example"}
    for customer in (marta, rui):
        assert program.send(f"/customers/{customer}/identifiers", shared).json()["strength"] == "weak"
    program.send(f"/customers/{rui}/identifiers", {"kind": "account", "value": "A-1"})
    hidden = Program(nils).send(f"/customers/{marta}/identifiers", {"kind": "account", "value": "A-1"})
    assert hidden.status_code == 409
    assert "customer_id" not in hidden.json()
    pk = answer.json()["id"]
    assert program.send(f"/customers/{rui}/identifiers/{pk}", "", "DELETE").status_code == 404
    assert program.send(f"/customers/{marta}/identifiers/{pk}", "", "DELETE").status_code == 204
    items = program.read(f"/customers/{marta}/identifiers").json()["items"]
    assert [one["value"] for one in items] == ["info@aurora.example"]


def test_relationships_read_from_both_ends(ana, nils):
    program = Program(ana)
    marta, aurora = add(program, name="Marta"), add(program, name="Aurora", kind="company")
    given = {"other": aurora, "kind": "works at", "role": "buyer", "since": "2024-05-01"}
    answer = program.send(f"/customers/{marta}/relationships", given)
    assert answer.status_code == 201
    assert program.send(f"/customers/{marta}/relationships", given).status_code == 200
    for end in (marta, aurora):
        (one,) = program.read(f"/customers/{end}/relationships").json()["items"]
        assert (one["customer_name"], one["kind"], one["other_name"]) == ("Marta", "works at", "Aurora")
        assert (one["role"], one["since"]) == ("buyer", "2024-05-01")
    for wrong in ({"other": marta, "kind": "family"}, {"other": aurora, "kind": "likes"}, {"kind": "family"}):
        assert program.send(f"/customers/{marta}/relationships", wrong).status_code == 422
    program.send(f"/customers/{aurora}", {"team": "Iberia"}, "PATCH")
    assert Program(nils).read(f"/customers/{marta}/relationships").json() == {"items": []}
    path = f"/customers/{aurora}/relationships/{answer.json()['id']}"
    assert program.send(path, "", "DELETE").status_code == 204
    assert program.send(path, "", "DELETE").status_code == 404


def test_sources_say_who_said_what_and_who_won(ana):
    program = Program(ana)
    mail = [{"kind": "email", "value": "m@aurora.example"}]
    marta = add(program, source="shop", external_id="1", name="Marta", identifiers=mail)
    program.send("/customers", {"source": "crm", "external_id": "9", "name": "Marta Leal", "identifiers": mail})
    program.send(f"/customers/{marta}", {"city": "Porto"}, "PATCH")
    told = program.read(f"/customers/{marta}/sources").json()
    assert [(one["source"], one["external_id"]) for one in told["items"]][:2] == [("shop", "1"), ("crm", "9")]
    assert told["lineage"] == {"name": "crm", "city": BY_HAND}
