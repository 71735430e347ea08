"""One's calendar in other programs."""

from datetime import timedelta

import icalendar
import pytest
from django.utils import timezone

from rapport.agenda.add_task import add_task
from rapport.calendars.cancel import cancel
from rapport.calendars.feed_views import A_MINUTE, BUCKETS
from rapport.calendars.give_out import give_out
from rapport.calendars.models import Feed
from rapport.calendars.tests.test_meetings import customer, planned

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def full_buckets():
    BUCKETS.empty()


def read(client, secret, **headers):
    return client.get(f"/calendar/{secret}.ics", headers=headers)


def events(answer):
    return {str(one["UID"]): one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


@pytest.mark.req("K10")
def test_meetings_and_due_tasks_of_its_user_and_of_nobody_else_are_in_the_calendar(client, ana, nils):
    meeting = planned(ana, customer("Marta"), place="Rua A; 1, Lisboa")
    planned(nils, customer("Sven", "Nordics"), key="k2")
    task = add_task("Send the quote", assignee=ana, by=ana, at=NOW, due_at=NOW + timedelta(hours=2))
    answer = read(client, give_out(ana, at=NOW))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer)
    assert set(found) == {f"meeting-{meeting.pk}@rapport", f"task-{task.pk}@rapport"}
    event = found[f"meeting-{meeting.pk}@rapport"]
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == ("Renewal", "Rua A; 1, Lisboa", "Marta")
    assert event.decoded("DTSTART") == meeting.starts_at


def test_what_has_not_changed_is_not_sent_again_and_a_cancelled_meeting_counts_up(client, ana):
    meeting = planned(ana, customer("Marta"))
    secret = give_out(ana, at=NOW)
    etag = read(client, secret).headers["ETag"]
    assert read(client, secret, if_none_match=etag).status_code == 304
    cancel(meeting, by=ana, at=NOW)
    answer = read(client, secret, if_none_match=etag)
    assert answer.status_code == 200
    (event,) = events(answer).values()
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


@pytest.mark.req("G5")
def test_a_replaced_address_a_retired_user_and_a_guess_open_nothing(client, ana, signed_in):
    old, new = give_out(ana, at=NOW), give_out(ana, at=NOW)
    assert [read(client, secret).status_code for secret in (old, new, "guess")] == [404, 200, 404]
    assert not Feed.objects.filter(digest__contains=new).exists()
    page = signed_in(ana).post("/profile/calendar/").content.decode()
    assert "/calendar/" in page
    assert read(client, new).status_code == 404
    newest = give_out(ana, at=NOW)
    ana.is_active = False
    ana.save()
    assert read(client, newest).status_code == 404


def test_an_address_that_is_switched_off_opens_nothing_and_nobody_reads_without_end(client, ana, signed_in):
    secret = give_out(ana, at=NOW)
    answers = [read(client, secret).status_code for _time in range(A_MINUTE + 1)]
    assert (answers[0], answers[-1]) == (200, 429)
    BUCKETS.empty()
    signed_in(ana).post("/profile/calendar/off/")
    assert read(client, secret).status_code == 404
