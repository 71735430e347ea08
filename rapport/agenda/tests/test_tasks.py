"""Tasks and calls from the customer page: written once, done in place, taken back."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rapport.agenda.models import Task
from rapport.agenda.open_tasks import open_tasks
from rapport.channels.inbound import Channel, Clue, Direction, Inbound, Party
from rapport.customers.edit import edit
from rapport.customers.models import Customer
from rapport.journal.change import Change
from rapport.journal.models import Event, Fact
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receive

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def marta(db):
    arrival = Inbound(
        "pbx", "0", NOW, Channel.PHONE, Direction.INBOUND, "call", (Party((Clue("email", "marta@aurora.example"),)),)
    )
    return Customer.objects.get(pk=receive([arrival], by=None, at=NOW)[0].customer_id)


def post(client, name, *ids, **data):
    return client.post(reverse(f"agenda:{name}", args=ids), data, headers={"HX-Request": "true"})


def test_a_task_is_added_once_however_often_the_form_is_sent_and_undo_removes_it(ana, nils, marta, signed_in):
    client = signed_in(ana)
    given = {"title": "Send offer", "assignee": nils.pk, "due_on": "2026-12-01", "due_time": "09:30"}
    answers = [post(client, "add_task", marta.pk, **given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    task = Task.objects.get()
    assert (task.assignee, task.member.customer, task.created_by) == (nils, marta, ana)
    assert timezone.localtime(task.due_at).strftime("%Y-%m-%d %H:%M") == "2026-12-01 09:30"
    assert f"live:customer:{marta.pk}" in answers[0].headers["HX-Trigger"]
    undo = reverse("changes:undo", args=[Change.objects.latest("pk").pk])
    assert undo in answers[0].headers["HX-Trigger"]
    assert client.post(undo).status_code == 302
    assert not Task.objects.exists()


def test_only_who_asked_for_a_task_takes_it_back(ana, nils, marta, signed_in):
    post(signed_in(ana), "add_task", marta.pk, title="Send offer", assignee=nils.pk)
    assert post(signed_in(nils), "drop_task", Task.objects.get().pk).status_code == 404


def test_a_task_without_words_is_asked_for_again_with_what_was_written(ana, marta, signed_in):
    answer = post(signed_in(ana), "add_task", marta.pk, title=" ", due_on="2026-12-01", assignee=ana.pk)
    assert answer.status_code == 422
    assert 'value="2026-12-01"' in answer.content.decode()


def test_a_task_is_done_in_place_and_opened_again(ana, marta, signed_in):
    client = signed_in(ana)
    post(client, "add_task", marta.pk, title="Send offer", assignee=ana.pk)
    task = Task.objects.get()
    done = post(client, "finish_task", task.pk)
    assert done.status_code == 204
    task.refresh_from_db()
    assert (task.done_by, task.done_at is not None) == (ana, True)
    post(client, "finish_task", task.pk)
    post(client, "reopen_task", task.pk)
    task.refresh_from_db()
    assert task.done_at is None
    assert Event.objects.filter(kind=Fact.TASKS_CHANGED).count() == 3


def test_somebody_elses_task_is_not_found(ana, nils, boss, marta, signed_in):
    edit(marta, {"team": "Iberia"}, by=boss, at=NOW)
    task = Task.objects.create(title="Ours", member=marta.members.get(), assignee=ana)
    for name in ("finish_task", "reopen_task", "drop_task"):
        assert post(signed_in(nils), name, task.pk).status_code == 404


def test_the_next_due_comes_first_and_a_day_is_late_when_it_is_over(ana, marta):
    midnight = timezone.localtime(NOW).replace(hour=0, minute=0, second=0, microsecond=0)
    member = marta.members.get()
    for title, due_at in (
        ("some day", None),
        ("today", midnight),
        ("an hour ago", NOW - timedelta(hours=1, seconds=7)),
        ("yesterday", midnight - timedelta(days=1)),
    ):
        Task.objects.create(title=title, member=member, assignee=ana, due_at=due_at)
    tasks = open_tasks([member.pk], reader=ana, at=NOW)
    late = {line.task.title: line.overdue for line in tasks}
    assert late == {"yesterday": True, "today": False, "an hour ago": True, "some day": False}
    assert tasks[-1].task.title == "some day"


@pytest.mark.req("K2")
def test_a_call_is_written_down_once_and_may_leave_a_task(ana, marta, signed_in):
    client, key = signed_in(ana), uuid.uuid4()
    given = {"key": key, "direction": "inbound", "subject": "Invoice 4711", "minutes": "6", "follow_up": "Ask billing"}
    for _ in range(2):
        assert post(client, "log_call", marta.pk, **given).status_code == 200
    call = Interaction.objects.get(author=ana)
    assert (call.channel, call.direction, call.subject, call.data) == (
        "phone",
        "inbound",
        "Invoice 4711",
        {"minutes": 6},
    )
    assert Task.objects.get().title == "Ask billing"
    assert Task.objects.get().assignee == ana


def test_a_call_that_is_still_to_come_is_refused_and_one_of_yesterday_is_not(ana, marta, signed_in):
    client = signed_in(ana)
    given = {"key": uuid.uuid4(), "direction": "outbound", "subject": "Roadmap"}
    tomorrow, yesterday = ((NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M") for days in (1, -1))
    assert post(client, "log_call", marta.pk, at=tomorrow, **given).status_code == 422
    assert post(client, "log_call", marta.pk, at=yesterday, **given).status_code == 200
    assert timezone.localdate(Interaction.objects.get(author=ana).at) == timezone.localdate(NOW - timedelta(days=1))


def test_a_task_is_done_in_its_line_of_the_list_and_open_again(ana, rita, marta, signed_in):
    client = signed_in(ana)
    post(client, "add_task", marta.pk, title="Send offer", assignee=ana.pk)
    task = Task.objects.get()
    assert f'hx-post="/tasks/{task.pk}/done/"' in client.get("/tasks/?state=open").content.decode()
    headers = {"HX-Request": "true", "HX-Target": f"tick-{task.pk}"}
    done = client.post(reverse("agenda:finish_task", args=[task.pk]), headers=headers)
    assert "Not done after all: Send offer" in done.content.decode()
    assert "undo" in done.headers["HX-Trigger"]
    again = client.post(reverse("agenda:reopen_task", args=[task.pk]), headers=headers).content.decode()
    assert 'aria-label="Done: Send offer"' in again
    assert not Task.objects.get().done_at
    reader = signed_in(rita).get("/tasks/?state=open").content.decode()
    assert "Send offer" in reader
    assert "hx-post" not in reader.split("<tbody")[1].split("</tbody>")[0]
