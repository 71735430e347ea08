"""Many tasks, orders and interactions at once: what makes sense for each, with the same engine and the same way back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.bulk.models import BulkRefusal, State
from rapport.bulk.records import RECORDS
from rapport.bulk.run import run
from rapport.bulk.start import Selection, start
from rapport.bulk.take_back import start_taking_back, take_run_back
from rapport.customers.models import Customer, Member
from rapport.journal.change import Change
from rapport.journal.take_back import take_back
from rapport.people.roles import BuiltIn
from rapport.people.tests.programs import Program
from rapport.sales.tests.test_figures import bought
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.tests.test_listed import came

pytestmark = [pytest.mark.django_db, pytest.mark.req("K9")]
NOW = timezone.now()
ALL = Selection(query="", whole=True)


def do(name, action, said, by, selection=ALL):
    records = RECORDS[name]
    return run(start(records, records.action(action, by), selection, said, by=by, at=timezone.now()).pk)


def undo(done, by):
    assert start_taking_back(done, by=by, at=timezone.now())
    return take_run_back(done.pk, by=by)


def as_they_are(model):
    return list(model.objects.order_by("pk").values())


@pytest.fixture
def tasks(ana, boss):
    marta = bought(3, 10)
    made = [
        Task(title=f"Call {number}", member=marta.members.get(), assignee=ana, created_by=ana if number else boss)
        for number in range(4)
    ]
    made[3].done_at, made[3].done_by = NOW, ana
    return Task.objects.bulk_create(made)


@pytest.mark.parametrize(
    ("action", "said", "changed"),
    [
        ("done", {}, 3),
        ("reopen", {}, 1),
        ("assign", "boss", 4),
        ("due", {"due_at": (NOW + timedelta(days=3)).isoformat()}, 4),
        ("due", {"due_at": None}, 0),
        ("delete", {}, 4),
    ],
)
def test_what_is_done_to_many_tasks_is_taken_back_exactly(tasks, boss, action, said, changed):
    before = as_they_are(Task)
    done = do("tasks", action, {"assignee": boss.pk} if said == "boss" else said, boss)
    assert (done.state, done.changed, done.same) == (State.DONE, changed, 4 - changed)
    assert (as_they_are(Task) == before) is (changed == 0)
    back = undo(done, boss)
    assert (back.back, back.left) == (changed, 0)
    assert as_they_are(Task) == before


def test_a_task_that_was_changed_since_stays(tasks, boss):
    done = do("tasks", "done", {}, boss)
    Task.objects.filter(pk=tasks[0].pk).update(title="Call again")
    back = undo(done, boss)
    assert (back.back, back.left) == (2, 1)
    assert BulkRefusal.objects.get(undoing=True).subject == tasks[0].pk
    assert Task.objects.get(pk=tasks[0].pk).done_at


def test_only_who_asked_for_a_task_or_leads_deletes_it(tasks, ana, mia):
    assert do("tasks", "delete", {}, ana).refused == 1
    assert [one.title for one in Task.objects.all()] == ["Call 0"]
    assert do("tasks", "delete", {}, mia).changed == 1


def test_taking_back_asks_for_the_right_of_the_deed(tasks, boss, ana):
    done = do("tasks", "done", {}, ana)
    change = Change.objects.get(deed="bulk")
    take_back(change, by=ana, at=timezone.now())
    assert take_run_back(done.pk, by=ana).state == State.UNDONE
    assert Task.objects.filter(done_at=None).count() == 3


@pytest.mark.parametrize("name", ["orders", "interactions"])
def test_the_customers_behind_records_are_tagged_and_given_tasks_once_each(boss, ana, name):
    for days in (3, 4, 5):
        bought(days, 10)
    bought(3, 10, "rui")
    tagged = do(name, "tag", {"tags": ["buyer"]}, boss)
    assert (tagged.changed, tagged.same, tagged.refused) == (2, 2, 0)
    assert [one.tags for one in Customer.objects.all()] == [["buyer"], ["buyer"]]
    given = do(name, "task", {"title": "Thank them", "assignee": ana.pk, "due_at": None}, boss)
    assert (given.changed, Task.objects.count()) == (2, 2)
    assert undo(given, boss).back == undo(tagged, boss).back == 2
    assert [one.tags for one in Customer.objects.all()] == [[], []]
    assert not Task.objects.exists()


@pytest.mark.req("G5")
def test_nobody_whom_one_does_not_see_is_touched(boss, nils, iberia):
    theirs, ours = bought(3, 10), bought(3, 10, "rui")
    Interaction.objects.update(unassigned=False)
    Participation.objects.create(
        interaction=Interaction.objects.get(order__member__customer=theirs),
        member=ours.members.get(),
        role="cc",
        at=NOW,
    )
    Customer.objects.filter(pk=theirs.pk).update(team=iberia, scope=iberia.scope)
    done = do("interactions", "tag", {"tags": ["seen"]}, nils)
    assert (done.changed, done.refused) == (1, 1)
    assert Customer.objects.get(pk=theirs.pk).tags == []


def test_interactions_are_given_to_a_customer_and_back(boss):
    marta, rui = came("marta", 1, 2), came("rui", 3)
    before = as_they_are(Participation)
    done = do("interactions", "assign", {"customer": rui.pk}, boss)
    assert (done.changed, done.same) == (2, 1)
    mains = Participation.objects.filter(main=True).values_list("member__customer", flat=True)
    assert list(mains) == [rui.pk] * 3
    assert undo(done, boss).back == 2
    assert as_they_are(Participation) == before
    assert sum(Member.objects.get(customer=marta).tallies.values_list("count", flat=True)) == 2


def test_a_form_that_names_nobody_starts_nothing(signed_in, boss):
    came("marta", 1)
    ids = [one.pk for one in Interaction.objects.all()]
    sent = {"action": "assign", "ids": ids, "step": "look", "customer": "Nobody"}
    answer = signed_in(boss).post("/bulk/of/interactions/", sent)
    assert (answer.status_code, "No customer that you see" in answer.content.decode()) == (422, True)
    sent["customer"] = "marta"
    assert "Marta" in signed_in(boss).post("/bulk/of/interactions/", sent).content.decode()


@pytest.mark.parametrize("name", ["tasks", "orders", "interactions"])
def test_a_list_offers_what_its_reader_may_do(signed_in, boss, rita, tasks, name):
    bar = signed_in(boss).get(f"/{name}/?view=all").content.decode()
    assert all(f'value="{one.name}"' in bar for one in RECORDS[name].actions)
    rita.role_id = BuiltIn.READER
    rita.save()
    assert 'id="bulk-form"' not in signed_in(rita).get(f"/{name}/?view=all").content.decode()


@pytest.mark.req("T2")
def test_a_program_changes_many_tasks(tasks, ana, boss, run_jobs):
    said = {"records": "tasks", "action": "assign", "query": "state=open", "said": {"assignee": str(boss.pk)}}
    assert Program(ana).send("/bulk", said).status_code == 201
    run_jobs()
    assert Task.objects.filter(assignee=boss, done_at=None).count() == 3
    wrong = Program(ana).send("/bulk", {**said, "action": "merge"})
    assert (wrong.status_code, "no such action" in wrong.json()["detail"]) == (422, True)
