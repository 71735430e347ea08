"""Duplicates over the API: listed, decided, taken back; another team's are not found."""

import pytest
from django.utils import timezone

from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.identity.models import Pair
from rapport.identity.tests.test_duplicates import customer
from rapport.people.tests.programs import Program

pytestmark = [pytest.mark.django_db, pytest.mark.req("K1")]


@pytest.fixture
def twins(run_jobs):
    found = [customer("Marta Leal", city="Porto"), customer("Marta Leal", city="Porto")]
    run_jobs()
    return found


def test_a_program_lists_decides_and_takes_back(ana, twins):
    program = Program(ana)
    (listed,) = program.read("/duplicates").json()["items"]
    assert listed["customer_ids"] == [twins[0].pk, twins[1].pk]
    assert 0.5 < listed["score"] < 1
    assert [reason["code"] for reason in listed["reasons"]] == ["same name", "same city"]
    address = f"/duplicates/{listed['id']}/decide"
    apart = program.send(address, {"decision": "not the same"}).json()
    assert (apart["state"], apart["decided_by"]) == ("not the same", ana.email)
    assert program.send(address, {"decision": "not the same"}).status_code == 409
    assert program.read("/duplicates").json()["items"] == []
    assert program.read("/duplicates", state="not the same").json()["items"] == [apart]
    assert program.send(address, {"decision": "open"}).json() == listed
    merged = program.send(address, {"decision": "merge"}).json()
    assert (merged["state"], merged["customer_ids"]) == ("merged", [twins[0].pk] * 2)
    assert program.send(address, {"decision": "merge"}).status_code == 409
    assert program.send(f"/merges/{merged['merge_id']}/undo", {}).status_code == 200
    assert Customer.objects.living().count() == 2
    assert program.send(address, {"decision": "perhaps"}).status_code == 422


def test_pages_follow_each_other_and_a_made_up_place_is_refused(boss, run_jobs):
    for letter in "abc":
        for _twice in range(2):
            customer(f"Otto Kern{letter * 6}", city="Porto")
    run_jobs()
    program, seen, place = Program(boss), [], {}
    while True:
        page = program.read("/duplicates", limit=2, **place).json()
        seen += [one["id"] for one in page["items"]]
        if not page["next"]:
            break
        place = {"after": page["next"]}
    assert seen == list(Pair.objects.order_by("-score", "-pk").values_list("pk", flat=True))
    assert program.read("/duplicates", after="nowhere").status_code == 422


def test_another_teams_pair_is_not_found_and_a_reader_may_not(ana, nils, rita, boss, twins, run_jobs):
    edit(twins[0], {"owner": ana.email}, by=boss, at=timezone.now())
    run_jobs()
    pair, program = Pair.objects.get(), Program(nils)
    assert program.read("/duplicates").json()["items"] == []
    assert program.send(f"/duplicates/{pair.pk}/decide", {"decision": "merge"}).status_code == 404
    assert Program(rita).read("/duplicates").status_code == 403
