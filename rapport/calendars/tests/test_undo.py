"""What was done with a meeting stands under the changes, and is taken back without calendars missing it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rapport.calendars.cancel import cancel, restore
from rapport.calendars.hold import hold
from rapport.calendars.models import Guest, Host, Meeting
from rapport.calendars.plan import change
from rapport.calendars.tests.test_meetings import HOUR, NOW, customer, on_timeline, planned, wish
from rapport.changes.recent import recent
from rapport.journal.change import Change
from rapport.journal.take_back import take_back
from rapport.journal.ways_back import BACK, UndoError

pytestmark = [pytest.mark.django_db, pytest.mark.req("K10")]


def newest():
    return Change.objects.order_by("pk").last()


def as_it_is():
    told = ("title", "starts_at", "ends_at", "place", "cancelled_at")
    people = [sorted(noun.objects.values_list(name, flat=True)) for noun, name in ((Guest, "member"), (Host, "user"))]
    return [list(Meeting.objects.values(*told)), *people]


def test_a_changed_meeting_is_as_before_with_those_who_took_part_and_newer_for_calendars(ana, mia):
    marta, rui = customer("Marta"), customer("Rui")
    meeting, before = planned(ana, marta), as_it_is()
    change(meeting, wish("Other", NOW + 3 * HOUR, place="Porto"), customers=[rui], colleagues=[mia], by=ana, at=NOW)
    assert as_it_is() != before
    changed = Meeting.objects.get()
    take_back(newest(), by=ana, at=NOW + HOUR)
    assert as_it_is() == before
    assert Meeting.objects.get().sequence > changed.sequence


def test_what_is_on_the_timeline_already_is_corrected_there_too(ana):
    marta = customer("Marta")
    meeting = hold(planned(ana, marta), "Signed.", by=ana, at=NOW)
    change(meeting, wish("Other"), customers=[marta], colleagues=[ana], by=ana, at=NOW)
    assert [one.subject for one in on_timeline(marta)] == ["Other"]
    take_back(newest(), by=ana, at=NOW)
    assert [one.subject for one in on_timeline(marta)] == ["Renewal"]


def test_what_somebody_changed_since_is_decided_field_by_field(ana, boss):
    meeting = planned(ana, customer("Marta"))
    change(meeting, wish("Other"), customers=[], colleagues=[ana], by=ana, at=NOW)
    mine = newest()
    change(meeting, wish("Third"), customers=[], colleagues=[ana], by=boss, at=NOW)
    with pytest.raises(UndoError, match="changed since") as refused:
        take_back(mine, by=ana, at=NOW)
    (clash,) = refused.value.clashes
    assert (clash.now, clash.back) == ("Third", "Renewal")
    take_back(mine, by=ana, at=NOW, choices={clash.key: BACK})
    assert Meeting.objects.get().title == "Renewal"


def test_planned_cancelled_and_restored_are_each_taken_back(ana):
    meeting = planned(ana, customer("Marta"))
    take_back(newest(), by=ana, at=NOW)
    assert Meeting.objects.get().cancelled_at
    restore(meeting, by=ana, at=NOW)
    take_back(newest(), by=ana, at=NOW)
    assert Meeting.objects.get().cancelled_at
    restore(meeting, by=ana, at=NOW)
    cancel(meeting, by=ana, at=NOW)
    take_back(newest(), by=ana, at=NOW)
    assert Meeting.objects.get().is_planned
    told = [str(one.words) for one in recent(ana, None, at=NOW).lines]
    assert told == ["Cancelled: Renewal", *["Takes place after all: Renewal"] * 2, "Planned: Renewal"]


def test_a_meeting_that_was_held_is_not_cancelled_by_an_undo(ana):
    meeting = planned(ana, customer("Marta"))
    mine = newest()
    hold(meeting, "", by=ana, at=NOW)
    with pytest.raises(UndoError, match="held"):
        take_back(mine, by=ana, at=NOW)
    assert Meeting.objects.get().cancelled_at is None


def test_what_was_cancelled_before_other_deeds_were_kept_comes_back_too(ana):
    cancel(planned(ana, customer("Marta")), by=ana, at=NOW)
    mine = newest()
    Change.objects.filter(pk=mine.pk).update(details={"title": "Renewal"}, back={"meeting": Meeting.objects.get().pk})
    take_back(mine, by=ana, at=NOW)
    assert Meeting.objects.get().is_planned


def test_a_save_that_changes_nothing_leaves_nothing_to_take_back(ana):
    marta = customer("Marta")
    meeting, before = planned(ana, marta), Change.objects.count()
    change(meeting, wish(), customers=[marta], colleagues=[ana], by=ana, at=NOW)
    assert Change.objects.count() == before


def test_the_pages_offer_it_at_once(signed_in, ana):
    day = timezone.localdate() + timedelta(days=1)
    form = {
        "title": "Renewal", "kind": "meeting", "day": day.isoformat(), "hour": "10:00", "minutes": "60",
        "colleagues": [ana.pk], "key": "0b0f5d9c-8f0f-4b43-9a0f-111111111111",
    }  # fmt: skip
    client = signed_in(ana)
    answer = client.post("/meetings/new/", form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = client.get(answer.url).content.decode()
    assert f"/changes/{newest().pk}/undo/" in page
