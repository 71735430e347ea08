"""One change to many: weighed before, done in the background, stopped, gone on with, refused row by row, taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.bulk import start as starting
from rapport.bulk.export import place_of
from rapport.bulk.models import BulkPiece, BulkRefusal, BulkRun, State
from rapport.bulk.preview import preview
from rapport.bulk.records import RECORDS
from rapport.bulk.run import one_piece, run
from rapport.bulk.start import BulkError, Selection, start
from rapport.bulk.take_back import start_taking_back, take_run_back
from rapport.changes.tests.world import as_it_is, put
from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.customers.trash import Trashed
from rapport.people.models import ApiToken
from rapport.people.roles import BuiltIn

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
CUSTOMERS = RECORDS["customers"]
PORTO = Selection(query="?city=Porto", whole=True)


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(starting, "PIECE", 2)


@pytest.fixture
def people(db):
    return [put(f"Marta {number}", city="Porto") for number in range(5)] + [put("Rui", city="Faro")]


def begin(name, selection, said, by):
    action = CUSTOMERS.action(name, by)
    return start(CUSTOMERS, action, selection, said, by=by, at=timezone.now())


def tag(selection, by, *tags):
    return begin("tag", selection, {"tags": list(tags)}, by)


def tags():
    return {one.name: one.tags for one in Customer.objects.order_by("pk")}


def test_the_whole_result_is_changed_and_nobody_who_came_later(people, ana):
    going = tag(PORTO, ana, "vip")
    put("Latecomer", city="Porto")
    done = run(going.pk)
    assert (done.state, done.total, done.changed, done.same) == (State.DONE, 5, 5, 0)
    assert [name for name, held in tags().items() if held == ["vip"]] == [f"Marta {number}" for number in range(5)]


def test_it_is_said_before_how_many_change_nothing(people, ana):
    edit(people[0], {"tags": ["vip"]}, by=ana, at=timezone.now())
    seen = preview(CUSTOMERS, CUSTOMERS.action("tag", ana), PORTO, {"tags": ["vip"]}, user=ana)
    assert (seen.total, seen.same, seen.changes) == (5, 1, 4)
    seen = preview(CUSTOMERS, CUSTOMERS.action("untag", ana), PORTO, {"tags": ["vip"]}, user=ana)
    assert (seen.total, seen.same) == (5, 4)
    done = run(tag(PORTO, ana, "vip").pk)
    assert (done.changed, done.same) == (4, 1)


def test_fields_owners_and_tags_are_taken_back_to_exactly_what_was(people, ana, mia, small_pieces):
    edit(people[1], {"tags": ["gold"], "city": "Porto"}, by=mia, at=timezone.now())
    before = as_it_is()
    for name, said in (
        ("tag", {"tags": ["vip", "new"]}),
        ("untag", {"tags": ["gold"]}),
        ("assign", {"claims": {"owner": ana.email}}),
        (
            "field",
            {
                "claims": {
                    "region": "Norte",
                }
            },
        ),
        ("field", {"claims": {"city": ""}}),
        ("delete", {}),
    ):
        going = begin(name, PORTO, said, mia)
        assert run(going.pk).state == State.DONE
        assert as_it_is() != before
        assert start_taking_back(going, by=mia, at=timezone.now())
        done = take_run_back(going.pk, by=mia)
        assert (done.state, done.left) == (State.UNDONE, 0)
        assert as_it_is() == before, name


def test_who_was_changed_since_stays_and_is_reported(people, ana):
    going = tag(PORTO, ana, "vip")
    run(going.pk)
    edit(people[2], {"tags": ["vip", "mine"]}, by=ana, at=timezone.now())
    start_taking_back(going, by=ana, at=timezone.now())
    done = take_run_back(going.pk, by=ana)
    assert (done.back, done.left) == (4, 1)
    assert tags()["Marta 2"] == ["mine", "vip"]
    assert BulkRefusal.objects.get(run=going, undoing=True).subject == people[2].pk


def test_the_rights_are_asked_again_when_it_is_done(people, ana, nils, mia, small_pieces):
    going = tag(PORTO, ana, "vip")
    edit(people[0], {"owner": nils.email}, by=mia, at=timezone.now())
    discard([people[1].pk], by=mia, at=timezone.now())
    done = run(going.pk)
    assert (done.changed, done.refused) == (3, 2)
    assert {one.subject for one in BulkRefusal.objects.all()} == {people[0].pk, people[1].pk}
    later = tag(PORTO, ana, "gold")
    ana.role_id = BuiltIn.READER
    ana.save()
    assert run(later.pk).state == State.BROKEN
    assert not any("gold" in held for held in tags().values())


def test_it_is_stopped_goes_on_and_what_is_done_is_done_once(people, ana, small_pieces):
    going = tag(PORTO, ana, "vip")
    action = CUSTOMERS.action("tag", ana)
    assert one_piece(going.pk, CUSTOMERS, action, at=timezone.now())
    assert starting.stop(going, at=timezone.now())
    assert not one_piece(going.pk, CUSTOMERS, action, at=timezone.now())
    assert BulkRun.objects.get().changed == 2
    assert starting.go_on(going, by=ana, at=timezone.now())
    done = run(going.pk)
    assert (done.state, done.changed, done.cursor) == (State.DONE, 5, 3)
    assert run(going.pk).changed == 5


def test_a_stopped_run_is_taken_back_as_far_as_it_got(people, ana, small_pieces):
    before = as_it_is()
    going = tag(PORTO, ana, "vip")
    one_piece(going.pk, CUSTOMERS, CUSTOMERS.action("tag", ana), at=timezone.now())
    starting.stop(going, at=timezone.now())
    start_taking_back(going, by=ana, at=timezone.now())
    assert take_run_back(going.pk, by=ana).back == 2
    assert as_it_is() == before


def test_a_task_for_each_goes_to_whoever_looks_after_them(people, ana, mia):
    edit(people[0], {"owner": ana.email}, by=mia, at=timezone.now())
    going = begin("task", PORTO, {"title": "Call", "assignee": None, "due_at": None}, mia)
    run(going.pk)
    assert Task.objects.filter(assignee=ana).count() == 1
    assert Task.objects.filter(assignee=mia).count() == 4
    Task.objects.filter(assignee=ana).update(done_at=timezone.now(), done_by=ana)
    start_taking_back(going, by=mia, at=timezone.now())
    done = take_run_back(going.pk, by=mia)
    assert (done.back, done.left) == (4, 1)
    assert Task.objects.get().assignee == ana


def test_a_few_are_merged_into_the_oldest_and_parted_again(people, ana):
    before = as_it_is()
    going = begin("merge", Selection([one.pk for one in people[:3]]), {}, ana)
    assert run(going.pk).changed == 2
    assert Customer.objects.living().count() == 4
    start_taking_back(going, by=ana, at=timezone.now())
    take_run_back(going.pk, by=ana)
    assert as_it_is() == before
    with pytest.raises(BulkError, match="nothing chosen"):
        begin("merge", Selection(), {}, ana)


def test_an_export_holds_words_where_formulas_stood(people, mia, settings, tmp_path):
    settings.HOME = tmp_path
    put("=HYPERLINK(1)", city="Porto")
    for form in ("csv", "xlsx"):
        going = begin("export", PORTO, {"form": form}, mia)
        done = run(going.pk)
        assert (done.state, done.changed) == (State.DONE, 6)
        assert place_of(done).is_file()
        assert not start_taking_back(going, by=mia, at=timezone.now())
    text = place_of(BulkRun.objects.order_by("pk")[0]).read_text()
    assert "'=HYPERLINK(1)" in text
    assert "Rui" not in text


def test_the_trash_is_restored_in_bulk(people, mia):
    before = as_it_is()
    discard([one.pk for one in people], by=mia, at=timezone.now())
    old = put("Old")
    discard([old.pk], by=mia, at=timezone.now() - timedelta(days=31))
    trash = RECORDS["trash"]
    there = Selection(list(Trashed.objects.values_list("pk", flat=True)))
    going = start(trash, trash.action("restore", mia), there, {}, by=mia, at=timezone.now())
    done = run(going.pk)
    assert (done.changed, done.refused) == (6, 1)
    old.refresh_from_db()
    assert old.trashed_at
    assert [one for one in as_it_is()["Customer"] if one["id"] != old.pk] == before["Customer"]


def test_the_browser_sends_no_list_of_ids_for_the_whole_result(signed_in, people, ana, run_jobs):
    client = signed_in(ana)
    sent = {"action": "tag", "whole": "yes", "query": "?city=Porto"}
    asked = client.post("/bulk/of/customers/", sent).content.decode()
    assert "5 records chosen" in asked
    assert 'name="ids"' not in asked
    assert client.post("/bulk/of/customers/", {**sent, "step": "look", "tags": " , "}).status_code == 422
    looked = client.post("/bulk/of/customers/", {**sent, "step": "look", "tags": "vip"}).content.decode()
    assert "will change" in looked
    going = client.post("/bulk/of/customers/", {**sent, "step": "start", "tags": "vip"})
    page = going["Location"]
    assert "Waiting for its turn" in client.get(page).content.decode()
    run_jobs()
    assert "Take all of it back" in client.get(page).content.decode()
    client.post(f"{page}undo/")
    run_jobs()
    assert "Taken back" in client.get(page).content.decode()
    assert not any(tags().values())


def test_the_way_back_stands_among_the_recent_changes(signed_in, people, ana, run_jobs):
    run(tag(PORTO, ana, "vip").pk)
    client = signed_in(ana)
    page = client.get("/changes/").content.decode()
    assert "Add tags: 5 records" in page
    address = page.partition('action="/changes/')[2].partition('"')[0]
    client.post(f"/changes/{address}")
    run_jobs()
    assert not any(tags().values())


def test_a_program_starts_follows_and_takes_back(client, people, ana, run_jobs):
    token = {"Authorization": f"Bearer {ApiToken.issue(ana, 'test', [])}"}
    given = {"records": "customers", "action": "tag", "query": "city=Porto", "said": {"tags": "vip"}}
    made = client.post("/api/v1/bulk", given, "application/json", headers=token)
    assert made.status_code == 201
    assert made.json()["total"] == 5
    run_jobs()
    address = f"/api/v1/bulk/{made.json()['id']}"
    assert client.get(address, headers=token).json()["changed"] == 5
    assert client.post(f"{address}/undo", headers=token).status_code == 200
    run_jobs()
    assert client.get(address, headers=token).json()["back"] == 5
    wrong = {**given, "action": "delete"}
    assert client.post("/api/v1/bulk", wrong, "application/json", headers=token).status_code == 422
    assert client.post(f"{address}/undo", headers=token).status_code == 409


def test_pieces_that_can_no_longer_be_taken_back_are_let_go(people, ana, settings, tmp_path):
    from rapport.bulk.export import let_go  # noqa: PLC0415

    settings.HOME = tmp_path
    run(tag(PORTO, ana, "vip").pk)
    let_go(at=timezone.now() + timedelta(days=31))
    assert not BulkPiece.objects.exists()
    assert BulkRun.objects.exists()
