"""Records from sources find their customer, or found one."""

from datetime import UTC, datetime

import pytest

from rapport.customers.models import Customer, Identifier, Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.identity.merge import MergeError, merge, preview
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.lib.identifiers import normalise

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def person(external_id="", email="", phone="", source="crm", kind=Kind.PERSON, company="", **said):
    given = [("email", email), ("phone", phone)]
    identities = tuple(normalise(kind_, value) for kind_, value in given if value)
    return RecordIn(source, external_id, kind, claims(said), identities, dict(said), company=company)


def put(*records, key=""):
    return register(records, by=None, at=NOW, key=key)


@pytest.mark.req("K1")
def test_the_first_row_of_a_person_creates_and_later_ones_update_or_say_nothing_new():
    done = put(
        person(email="marta@aurora.example", name="Marta Oliveira"),
        person(email="MARTA@aurora.example", city="Lisboa"),
        person(email="marta@aurora.example", city="Lisboa"),
    )
    assert [one.outcome for one in done] == ["created", "updated", "skipped"]
    assert Customer.objects.get().city == "Lisboa"
    assert [one.outcome for one in put(person(email="marta@aurora.example", city="Lisboa"))] == ["skipped"]


def test_a_company_whose_name_fills_all_the_room_there_is_is_founded_once():
    name = "x" * 400
    for address in ("marta@aurora.example", "rui@aurora.example"):
        put(person(email=address, name=address, company=name))
    assert Customer.objects.get(kind=Kind.COMPANY).name == name
    assert Relationship.objects.filter(kind=Relationship.Kind.WORKS_AT).count() == 2


def test_two_sources_that_agree_on_an_address_speak_of_one_customer():
    put(person("1", "marta@aurora.example", name="Marta Oliveira"))
    done = put(person("77", "marta@aurora.example", source="shop", name="M. Oliveira", city="Lisboa"))[0]
    assert done.outcome == "updated"
    customer = Customer.objects.get()
    assert (customer.city, customer.members.count()) == ("Lisboa", 2)
    assert customer.lineage["city"][1] == "only source"


def test_people_on_one_line_stay_apart_and_the_line_proves_nothing_from_then_on():
    put(person(name="Ann", phone="+351 213 555 014"))
    done = put(person(name="Bob", phone="+351 213 555 014"))[0]
    assert done.outcome == "created"
    assert done.conflicts
    assert set(Identifier.objects.values_list("strength", flat=True)) == {"weak"}
    put(person("1", name="Cy", phone="+351 21 555 0000"), person("2", name="Di", phone="+351 21 555 0000"))
    assert set(Identifier.objects.filter(kind="phone").values_list("strength", flat=True)) == {"weak"}


def test_with_a_chosen_key_nothing_else_matches():
    put(person("1", "office1@aurora.example", name="Ann"), key="external_id")
    done = put(person("2", "office1@aurora.example", name="Bob"), key="external_id")[0]
    assert done.outcome == "created"
    again = put(person("2", "office1@aurora.example", name="Bob"), key="external_id")[0]
    assert again.outcome == "skipped"


def test_people_come_with_the_company_they_work_at():
    put(
        person(email="marta@aurora.example", company="Aurora Clínicas"),
        person(email="rui@aurora.example", company="AURORA Clinicas"),
    )
    firm = Customer.objects.get(kind="company")
    assert Relationship.objects.filter(other__customer=firm, kind="works at").count() == 2
    named = put(RecordIn("crm", "", Kind.COMPANY, claims({"name": "Aurora Clínicas", "city": "Lisboa"})))[0]
    assert named.customer_id == firm.pk
    firm.refresh_from_db()
    assert firm.city == "Lisboa"


def golden_of(pk):
    fields = ("name", "city", "street", "tags", "lineage", "merged_into_id", "last_contact_at")
    return Customer.objects.filter(pk=pk).values(*fields).get()


@pytest.mark.req("K1")
def test_a_merge_is_as_previewed_and_taken_back_exactly_in_any_order():
    ids = [
        one.customer_id
        for one in put(
            person(email="a@x.example", name="Marta Oliveira", city="Lisboa", tags=["vip"]),
            person(email="b@x.example", name="Martha Oliveira", street="R. da Prata 80"),
            person(email="c@x.example", name="M. Oliveira", tags=["press"]),
        )
    ]
    before = [golden_of(pk) for pk in ids]
    a, b, c = (Customer.objects.get(pk=pk) for pk in ids)
    seen = preview(a, b)
    first = merge(a, b, by=None, at=NOW)
    a.refresh_from_db()
    assert {name: won.value for name, won in seen.fields.items()}["street"] == a.street == "R. da Prata 80"
    assert seen.fields["name"].value == a.name
    second = merge(Customer.objects.get(pk=c.pk), a, by=None, at=NOW)
    assert Customer.objects.living().get().tags == ["press", "vip"]
    unmerge(first, by=None, at=NOW)
    assert golden_of(b.pk) == before[1]
    unmerge(second, by=None, at=NOW)
    assert [golden_of(pk) for pk in ids] == before
    with pytest.raises(MergeError, match="undone already"):
        unmerge(second, by=None, at=NOW)


def test_a_person_is_never_merged_into_a_company_nor_into_themselves():
    people = put(person(email="a@x.example", name="A"), person(name="A GmbH", kind=Kind.COMPANY))
    a, firm = (Customer.objects.get(pk=one.customer_id) for one in people)
    for other, code in ((firm, "kinds differ"), (a, "same")):
        with pytest.raises(MergeError, match=code):
            merge(a, other, by=None, at=NOW)


def test_the_same_rows_again_say_nothing_new_though_they_contradict_each_other():
    rows = [person("1", name="Ann", city="Bath"), person("1", name="Ann", city="Rom")]
    assert [one.outcome for one in put(*rows)] == ["created", "updated"]
    assert [one.outcome for one in put(*rows)] == ["skipped", "skipped"]
    assert Customer.objects.get().city == "Rom"
