"""Reminders come back once, at their moment, also after a restart; what is put off leaves the day until then."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.customers.edit import edit
from rapport.home.day import tasks_of
from rapport.notices.models import Notice, Reminder
from rapport.notices.read import Asked, notices_page
from rapport.notices.remind import About, put_off, remind
from rapport.notices.ring import ring
from rapport.notices.tests.cast import customer, write
from rapport.notices.when import moment
from rapport.timeline.models import Interaction

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def titles(user):
    return [line.title for line in notices_page(user, Asked()).lines]


def test_a_reminder_rings_once_at_its_moment(ana, run_jobs):
    now = timezone.now()
    remind(About(customer()), due_at=now + HOUR, note="Ask again", by=ana, at=now)
    assert ring(at=now) == 0
    assert ring(at=now + HOUR) == 1
    # Whoever comes later, say after a restart, finds it rung.
    assert ring(at=now + 2 * HOUR) == 0
    run_jobs()
    assert titles(ana) == ["Ask again (Aurora)"]


def test_a_reminder_that_came_due_while_nothing_ran_rings_afterwards(ana, run_jobs):
    past = timezone.now() - timedelta(days=2)
    remind(About(), due_at=past + HOUR, note="Water the plants", by=ana, at=past)
    ring(at=timezone.now())
    run_jobs()
    assert titles(ana) == ["Water the plants"]


def test_a_task_that_is_put_off_leaves_the_day_until_then(ana, run_jobs):
    now = timezone.now()
    task = add_task("Call Rui", assignee=ana, by=ana, at=now, customer=customer(), due_at=now)
    remind(About(task=task), due_at=now + HOUR, note="", by=ana, at=now)
    assert not tasks_of(ana, at=now)
    ring(at=now + HOUR)
    run_jobs()
    assert [line.task for group in tasks_of(ana, at=now).groups for line in group.lines] == [task]
    assert titles(ana) == ["Call Rui"]


def test_what_is_done_by_then_rings_no_more(ana, run_jobs):
    now = timezone.now()
    task = add_task("Call Rui", assignee=ana, by=ana, at=now)
    remind(About(task=task), due_at=now + HOUR, note="", by=ana, at=now)
    finish_task(task, by=ana, at=now)
    ring(at=now + HOUR)
    run_jobs()
    assert titles(ana) == []
    assert Reminder.objects.get().closed_at


def test_asked_for_the_same_again_it_is_moved_and_put_off_it_rings_again(ana, run_jobs):
    now, aurora = timezone.now(), customer()
    first = remind(About(aurora), due_at=now + HOUR, note="", by=ana, at=now)
    again = remind(About(aurora), due_at=now + 2 * HOUR, note="", by=ana, at=now)
    assert first == again
    assert ring(at=now + HOUR) == 0
    assert ring(at=now + 2 * HOUR) == 1
    put_off(Reminder.objects.get(), due_at=now + 3 * HOUR, note="", at=now)
    assert ring(at=now + 3 * HOUR) == 1


def test_nobody_is_reminded_of_what_they_may_no_longer_see(nils, iberia, run_jobs, signed_in):
    now, aurora = timezone.now(), customer()
    made = remind(About(aurora), due_at=now + HOUR, note="", by=nils, at=now)
    edit(aurora, {"team": "Iberia"}, by=None, at=now)
    ring(at=now + HOUR)
    run_jobs()
    assert titles(nils) == []
    assert "Aurora" not in signed_in(nils).get("/reminders/").text
    assert signed_in(nils).get(f"/reminders/{made.pk}/later/").status_code == 404


def test_moments_are_those_of_the_readers_clock():
    with timezone.override("Europe/Lisbon"):
        friday = datetime(2026, 7, 3, 15, 0, tzinfo=UTC)
        assert moment("tomorrow", friday).isoformat() == "2026-07-04T09:00:00+01:00"
        assert moment("monday", friday).isoformat() == "2026-07-06T09:00:00+01:00"
        assert moment("hours", friday) == friday + 3 * HOUR


def test_a_line_of_the_timeline_comes_back_in_the_browser(ana, signed_in, run_jobs):
    aurora = customer()
    line = write(aurora, "They want to think about it", by=ana)
    browser, url = signed_in(ana), f"/reminders/new/?interaction={line}"
    assert "Choose when." in browser.post(url, {"note": "Ask"}).text
    assert "That is over already." in browser.post(url, {"day": "2020-01-01"}).text
    answer = browser.post(url, {"when": "tomorrow"}, headers={"HX-Request": "true"})
    assert "You are reminded tomorrow at 09:00" in answer.headers["HX-Trigger"]
    kept = Reminder.objects.get()
    assert (kept.interaction, kept.member.customer) == (Interaction.objects.get(pk=line), aurora)
    assert f"#i{line}" in browser.get("/reminders/").text
    assert Notice.objects.filter(user=ana).count() == 0


def test_somebody_elses_interaction_is_not_found(ana, nils, signed_in):
    aurora = customer(team="Iberia")
    line = write(aurora, "Ours", by=ana)
    for query in (f"interaction={line}", f"customer={aurora.pk}", "task=1", "meeting=x"):
        assert signed_in(nils).get(f"/reminders/new/?{query}").status_code == 404
