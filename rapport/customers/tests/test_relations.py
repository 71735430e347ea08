"""How customers stand to each other: read from both sides, ended but never lost, a group is a tree."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from rapport.customers.circle import around, group_of, people_of
from rapport.customers.ego import NODES, network_of
from rapport.customers.household import neighbours
from rapport.customers.known import listed, ties_of
from rapport.customers.models import Customer, Kind, Relationship
from rapport.customers.records import RecordIn, claims
from rapport.customers.relate import RelateError, amend, relate
from rapport.identity.merge import merge
from rapport.identity.register import register
from rapport.identity.unmerge import unmerge
from rapport.people.models import ApiToken

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PART_OF, WORKS_AT = Relationship.Kind.PART_OF, Relationship.Kind.WORKS_AT
pytestmark = pytest.mark.django_db


def put(name, kind=Kind.COMPANY, **said):
    records = [RecordIn("crm", f"{name}-{said}", kind, claims({"name": name, **said}))]
    return Customer.objects.get(pk=register(records, by=None, at=NOW)[0].customer_id)


def tie(one, kind, other, role=""):
    return relate(one, other, kind, role=role, by=None, at=NOW)[0]


@pytest.fixture
def group():
    """Holding over North and South, Plant under North."""
    holding, north, south, plant = (put(name) for name in ("Holding", "North", "South", "Plant"))
    for part, whole in ((north, holding), (south, holding), (plant, north)):
        tie(part, PART_OF, whole)
    return holding, north, south, plant


@pytest.mark.req("K8")
def test_a_group_is_told_as_a_tree_from_wherever_one_stands(group, boss):
    for one in group:
        told = [(branch.name, branch.level) for branch in group_of(one, reader=boss)]
        assert told == [("Holding", 0), ("North", 1), ("Plant", 2), ("South", 1)]
    assert group_of(put("Alone"), reader=boss) == []


@pytest.mark.req("K8")
def test_a_group_never_runs_in_a_circle(group):
    holding, _north, _south, plant = group
    with pytest.raises(RelateError, match="Plant is already a part of Holding"):
        tie(holding, PART_OF, plant)
    assert Relationship.objects.count() == 3


def test_a_circle_that_a_merge_made_is_still_told_once(group, boss, ana):
    holding, _north, _south, plant = group
    merge(holding, plant, by=ana, at=NOW)
    assert sorted(one.name for one in group_of(holding, reader=boss)) == ["North", "Plant", "South"]


@pytest.mark.req("G5")
def test_the_group_ends_where_another_teams_companies_begin(boss, ana, nordics):
    holding, north = put("Holding", team="Nordics"), put("North")
    tie(north, PART_OF, holding)
    assert [one.name for one in group_of(north, reader=boss)] == ["Holding", "North"]
    assert group_of(north, reader=ana) == []
    assert network_of(north, reader=ana).links == []
    assert around(north, "group", reader=ana) == []


@pytest.mark.req("K8")
def test_both_sides_read_right_and_an_end_is_a_date(boss):
    rui, firm = put("Rui", Kind.PERSON), put("Aurora")
    job = tie(rui, WORKS_AT, firm, "buyer")
    assert [str(one.words) for one in ties_of(rui, reader=boss)] == ["works at"]
    assert [str(one.words) for one in ties_of(firm, reader=boss)] == ["employs"]
    amend(job, role="buyer", since=date(2020, 1, 1), until=date(2026, 2, 28), by=boss, at=NOW)
    assert people_of([firm.pk], reader=boss) == []
    assert [one.relationship.until for one in ties_of(firm, reader=boss)] == [date(2026, 2, 28)]
    again = tie(rui, WORKS_AT, firm, "head of purchasing")
    assert again.pk != job.pk
    with pytest.raises(RelateError, match="before it began"):
        amend(again, role="", since=date(2026, 3, 1), until=date(2026, 2, 1), by=boss, at=NOW)


def test_after_a_merge_the_same_tie_is_told_once_and_an_unmerge_brings_both_back(boss, ana):
    rui, twin, firm = put("Rui", Kind.PERSON), put("R. Costa", Kind.PERSON), put("Aurora")
    tie(rui, WORKS_AT, firm)
    tie(twin, WORKS_AT, firm, "buyer")
    done = merge(rui, twin, by=ana, at=NOW)
    assert [one.relationship.role for one in listed(ties_of(firm, reader=boss))] == ["buyer"]
    assert people_of([firm.pk], reader=boss) == [rui.pk]
    unmerge(done, by=ana, at=NOW)
    assert people_of([firm.pk], reader=boss) == [rui.pk, twin.pk]


@pytest.mark.req("K8")
def test_a_household_is_proposed_from_address_and_family_name_and_made_by_hand(boss, signed_in):
    home = {"street": "R. A 1", "city": "Porto"}
    jens = put("Jens Berger", Kind.PERSON, last_name="Berger", **home)
    lea = put("Lea Berger", Kind.PERSON, last_name="Berger", **home)
    put("Otto Lodger", Kind.PERSON, last_name="Lodger", **home)
    assert neighbours(jens, reader=boss) == [lea]
    assert not Customer.objects.filter(kind=Kind.HOUSEHOLD).exists()
    client = signed_in(boss)
    assert "Lea Berger" in client.get(f"/customers/{jens.pk}/relations/").content.decode()
    client.post(f"/customers/{jens.pk}/household/", {"name": "Berger", "people": [lea.pk]})
    made = Customer.objects.get(kind=Kind.HOUSEHOLD)
    assert (made.name, made.street, made.city) == ("Berger", "R. A 1", "Porto")
    assert sorted(people_of([made.pk], reader=boss)) == sorted([jens.pk, lea.pk])


@pytest.mark.req("K8")
def test_relationships_are_added_changed_and_ended_from_either_page(ana, signed_in):
    rui, firm = put("Rui", Kind.PERSON), put("Aurora")
    client, base = signed_in(ana), f"/customers/{firm.pk}/relations/"
    client.post(f"{base}add/", {"way": "in works at", "other": rui.pk, "role": "buyer", "since": "2024-05-01"})
    job = Relationship.objects.get()
    assert (job.member.customer, job.other.customer, job.since) == (rui, firm, date(2024, 5, 1))
    wrong = client.post(f"{base}{job.pk}/", {"since": "2024-05-01", "until": "2020-01-01"})
    assert (wrong.status_code, "before it began" in wrong.content.decode()) == (422, True)
    client.post(f"/customers/{rui.pk}/relations/{job.pk}/", {"role": "head", "since": "2024-05-01", "end": "today"})
    job.refresh_from_db()
    assert job.role == "head"
    assert job.until is not None
    page = client.get(base).content.decode()
    assert "employs" in page
    assert "ended" in page
    assert client.post(f"{base}add/", {"way": "out part of", "other": firm.pk}).status_code == 422
    assert client.post(f"{base}add/", {"way": "nonsense"}).status_code == 422


def test_the_network_is_bounded_and_says_what_it_leaves_out(boss, django_assert_num_queries):
    firm = put("Aurora")
    people = [put(f"Person {number}", Kind.PERSON) for number in range(NODES + 5)]
    for one in people:
        tie(one, WORKS_AT, firm)
    far = put("Far friend", Kind.PERSON)
    tie(far, Relationship.Kind.KNOWS, people[0])
    assert boss.sees_all
    with django_assert_num_queries(4):
        found = network_of(firm, reader=boss)
    assert (len(found.nodes), found.left_out) == (NODES, 7)
    near = network_of(far, reader=boss)
    assert [(one["name"], one["step"]) for one in near.nodes] == [("Far friend", 0), ("Person 0", 1), ("Aurora", 2)]
    assert len(network_of(far, reader=boss, kinds=["works at"]).nodes) == 1


def test_relationships_over_the_api_end_and_refuse_circles(ana, group):
    holding, north, _south, plant = group
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"})
    url = f"/api/v1/customers/{holding.pk}/relationships"
    circle = client.post(url, {"other": plant.pk, "kind": "part of"}, "application/json")
    assert (circle.status_code, "already a part" in circle.json()["detail"]) == (422, True)
    one = client.get(f"/api/v1/customers/{north.pk}/relationships").json()["items"][0]
    ended = client.patch(f"{url}/{one['id']}", {"until": "2026-03-01"}, "application/json")
    assert (ended.status_code, ended.json()["until"]) == (200, "2026-03-01")
    assert client.patch(f"{url}/{one['id']}", {"since": "2026-04-01"}, "application/json").status_code == 422


@pytest.mark.req("K8")
def test_a_household_is_made_joined_left_and_dissolved_over_the_api(ana, nils, nordics):
    marta, rui, eva = (put(name, Kind.PERSON, city="Porto", street="Rua 1") for name in ("Marta", "Rui", "Eva"))
    firm, hidden = put("Aurora"), put("Hidden", Kind.PERSON, team="Nordics")
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"})

    def post(url, **sent):
        return client.post(f"/api/v1/households{url}", sent, "application/json")

    made = post("", name="Oliveira", people=[marta.pk, rui.pk, marta.pk], since="2025-01-01")
    assert made.status_code == 201
    url = f"/{made.json()['customer_id']}"
    assert made.headers["Location"] == f"/api/v1/households{url}"
    household = Customer.objects.get(pk=made.json()["customer_id"])
    assert (household.kind, household.name, household.city) == (Kind.HOUSEHOLD, "Oliveira", "Porto")
    assert post(f"{url}/members", customer_id=eva.pk, role="daughter").status_code == 201
    assert post(f"{url}/members", customer_id=eva.pk, role="daughter").status_code == 200

    def people():
        return [one["name"] for one in client.get(f"/api/v1/households{url}").json()["members"]]

    assert people() == ["Marta", "Rui", "Eva"]
    assert client.delete(f"/api/v1/households{url}/members/{rui.pk}").status_code == 200
    assert client.delete(f"/api/v1/households{url}/members/{rui.pk}").status_code == 404
    assert people() == ["Marta", "Eva"]
    assert post(f"{url}/members", customer_id=rui.pk).status_code == 201, "and back on the same day"
    assert post(f"{url}/dissolve").json()["members"] == []
    assert people() == []
    kept = client.get(f"/api/v1/customers{url}/relationships").json()["items"]
    assert {(one["customer_name"], bool(one["until"])) for one in kept} == {
        ("Marta", True),
        ("Rui", True),
        ("Eva", True),
    }
    for wrong in (firm.pk, hidden.pk, 4711):
        refused = post("", name="X", people=[marta.pk, wrong])
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "#/people/1"
    assert post("", name=" ", people=[marta.pk]).status_code == 422
    assert post("", name="X", people=[]).status_code == 422
    assert client.get(f"/api/v1/households/{firm.pk}").status_code == 409
    assert client.get(f"/api/v1/households/{hidden.pk}").status_code == 404


@pytest.mark.req("K8")
def test_the_group_of_a_company_is_read_as_a_tree_over_the_api(ana, group):
    holding, north, _south, plant = group
    client = Client(headers={"Authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"})
    told = client.get(f"/api/v1/customers/{plant.pk}/group").json()["items"]
    assert [(one["name"], one["level"]) for one in told] == [("Holding", 0), ("North", 1), ("Plant", 2), ("South", 1)]
    assert [one["part_of"] for one in told] == [None, holding.pk, north.pk, holding.pk]
    assert client.get(f"/api/v1/customers/{put('Alone').pk}/group").json() == {"items": []}


def test_a_source_that_says_it_again_does_not_bring_back_a_job_that_ended(boss):
    told = RecordIn("crm", "rui", Kind.PERSON, claims({"name": "Rui"}), company="Aurora", company_role="buyer")
    register([told], by=None, at=NOW)
    job = Relationship.objects.get()
    amend(job, role="buyer", since=None, until=date(2026, 2, 1), by=boss, at=NOW)
    register([told], by=None, at=NOW)
    assert Relationship.objects.get().until == date(2026, 2, 1)
