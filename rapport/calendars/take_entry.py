"""Take in what happened to an entry of somebody's own calendar: new, changed, deleted."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.calendars.agree import PARTS, agree
from rapport.calendars.cancel import cancel
from rapport.calendars.judge import Case
from rapport.calendars.models import Host, Meeting, Outcome, Reading
from rapport.calendars.own_calendar import BusyTime, OwnCalendar, OwnEntry
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.calendars.seats import keep_meeting, picture
from rapport.calendars.take_in import enter
from rapport.calendars.write_entry import said_here, said_there, taken_over
from rapport.channels.caldav import Entry
from rapport.channels.calendar.happening import Happening, NoCalendarError, Other, Unreadable
from rapport.channels.calendar.read import EntryError, read
from rapport.channels.calendar.recur import Time, times
from rapport.channels.calendar.split import entries, frames, opened
from rapport.channels.calendar.zone import Clocks
from rapport.journal.models import Fact
from rapport.journal.record import record

Read = Happening | Unreadable | Other
AHEAD, MOST_TIMES = timedelta(days=200), 1_000
BUSY = {Outcome.OWN, Outcome.STRANGER, Outcome.PRIVATE}


def hold_calendar(calendar: OwnCalendar) -> bool:
    """One after the other, within the caller's transaction; False when it was let go meanwhile."""
    return OwnCalendar.objects.select_for_update().filter(pk=calendar.pk, address=calendar.address).exists()


@transaction.atomic
def take_entry(calendar: OwnCalendar, path: str, entry: Entry, *, at: datetime) -> None:
    if not hold_calendar(calendar):
        return
    row = OwnEntry.objects.filter(calendar=calendar, path=path).first()
    if row and row.etag == entry.etag:
        return
    found = read_in(entry.text, calendar)
    uid = next((one.uid for one in found if one.uid), "")[:400]
    row = row or adopted(calendar, path, uid) or OwnEntry(calendar=calendar, path=path[:1_000], uid=uid)
    row.etag, row.uid, row.gone_at = entry.etag[:400], uid or row.uid, None
    row.save()
    single = the_only(found)
    if row.meeting_id and single and not single.cancelled and not single.private:
        settle(row, single, calendar, at=at)
    elif row.meeting_id and row.ours:
        # Somebody made a series of it, or took it back: what is planned here stays as it is.
        OwnEntry.objects.filter(pk=row.pk).update(sequence=Meeting.objects.get(pk=row.meeting_id or 0).sequence)
    else:
        bring_in(row, found, calendar, at=at)


def read_in(text: str, calendar: OwnCalendar) -> list[Read]:
    zone = ZoneInfo(calendar.user.time_zone or settings.TIME_ZONE)
    data = text.encode(errors="replace")
    try:
        clocks = [Clocks(frame, zone) for frame in frames(opened(io.BytesIO(data)))]
        blocks = list(entries(opened(io.BytesIO(data))))
    except NoCalendarError:
        return []
    return [read(block, clocks[min(block.calendar, len(clocks) - 1)]) for block in blocks]


def the_only(found: Sequence[Read]) -> Happening | None:
    """The one that an entry speaks of, as long as it does not repeat."""
    one = found[0] if len(found) == 1 else None
    return one if isinstance(one, Happening) and one.series is None and not one.recurrence else None


def adopted(calendar: OwnCalendar, path: str, uid: str) -> OwnEntry | None:
    """What was written there before and not noted, or before the calendar was let go and connected anew."""
    ours = Meeting.objects.filter(uid=uid, recurrence="", imported=False, hosts__user=calendar.user_id)
    meeting = ours.exclude(own_entries__calendar=calendar).first() if uid else None
    if meeting is None:
        return None
    return OwnEntry(calendar=calendar, path=path[:1_000], uid=uid, meeting=meeting, ours=True, agreed={})


def settle(row: OwnEntry, single: Happening, calendar: OwnCalendar, *, at: datetime) -> None:
    """Lay both sides beside each other: what changed there is written here, what clashes is asked."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=row.meeting_id or 0)
    here, there = said_here(meeting), said_there(single)
    last = {part: row.agreed.get(part) for part in PARTS}
    found = agree(last, here, there, row.clash)
    if found.here:
        write_here(meeting, found.here, calendar, at=at)
    if set(found.clash) - set(row.clash):
        ask(_("Choose: your calendar and Rapport differ about “%(title)s”"), meeting, calendar, at=at)
    row.clash = found.clash
    row.agreed = {part: last[part] if part in found.clash else there[part] for part in PARTS}
    row.sequence = meeting.sequence if not found.there and meeting.cancelled_at is None else -1
    row.save()


def write_here(meeting: Meeting, parts: dict[str, object], calendar: OwnCalendar, *, at: datetime) -> None:
    """As its host changed it in their own calendar."""
    before, by = picture(meeting), calendar.user
    with translation.override(by.language):
        taken_over(meeting, parts)
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    meeting.save()
    if meeting.held_at:
        put_on_timeline(meeting, by=by, at=at)
    keep_meeting(meeting, "changed", by=by, at=at, before=before)
    record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)


def ask(words: str, meeting: Meeting, calendar: OwnCalendar, *, at: datetime) -> None:
    """A task for whoever can choose."""
    title = words % {"title": meeting.title}
    add_task(title[:400], assignee=calendar.user, by=calendar.user, at=at, due_at=at)


def bring_in(row: OwnEntry, found: Sequence[Read], calendar: OwnCalendar, *, at: datetime) -> None:
    """As a calendar that is read: meetings with customers, and for the rest when its owner is busy."""
    reading = Reading(pk=0, by=calendar.user, file_name=calendar.name, newcomers=False)
    cases = [Case(number, one) for number, one in enumerate(found, 1)]
    enter(cases, reading, at=at)
    single = the_only(found)
    row.times.all().delete()
    row.meeting, row.clash = None, {}
    case = cases[0] if single else None
    if case and case.meeting_id and case.reason not in {"hidden", "ours"} and case.outcome != Outcome.CANCELLED:
        known = Meeting.objects.get(pk=case.meeting_id)
        if known.cancelled_at is None and not OwnEntry.objects.filter(calendar=calendar, meeting=known).exists():
            Host.objects.get_or_create(meeting=known, user=calendar.user)
            row.meeting, row.agreed, row.sequence = known, said_there(single) if single else {}, known.sequence
    row.save()
    if row.meeting is None:
        keep_busy(row, cases, calendar, at=at)


def keep_busy(row: OwnEntry, cases: Sequence[Case], calendar: OwnCalendar, *, at: datetime) -> None:
    happenings = [(case, case.read) for case in cases if isinstance(case.read, Happening)]
    said_apart = {one.recurrence for _case, one in happenings if one.recurrence}
    rows = [
        BusyTime(
            user=calendar.user,
            entry=row,
            title=one.title,
            private=one.private,
            starts_at=time.begin,
            ends_at=time.end,
        )
        for case, one in happenings
        if case.outcome in BUSY and not one.free and not one.cancelled
        for time in times_of(one, at=at)
        if one.recurrence or time.key not in said_apart or not time.key
    ]
    BusyTime.objects.bulk_create(rows[:MOST_TIMES])


def times_of(happening: Happening, *, at: datetime) -> list[Time]:
    """Those that are not long past nor far ahead."""
    try:
        found = times(happening, at=at)
    except EntryError:
        return []
    return [one for one in found if one.end > at - timedelta(days=1) and one.begin < at + AHEAD]


@transaction.atomic
def take_gone(calendar: OwnCalendar, path: str, *, at: datetime) -> None:
    """Deleted there: what came from there is called off; about what was planned here its host is asked."""
    if not hold_calendar(calendar):
        return
    row = OwnEntry.objects.filter(calendar=calendar, path=path).exclude(etag="").first()
    if row is None:
        return
    row.etag, row.clash = "", {}
    if row.meeting is None:
        call_off_all(row, calendar, at=at)
        row.delete()
        return
    if row.ours and row.meeting.is_planned:
        row.gone_at = at
        ask(_("Choose: “%(title)s” was deleted in your calendar"), row.meeting, calendar, at=at)
    elif not row.ours and not elsewhere(row):
        cancel(row.meeting, by=calendar.user, at=at)
    row.sequence = Meeting.objects.get(pk=row.meeting_id or 0).sequence
    row.save()


def elsewhere(row: OwnEntry) -> bool:
    """Whether it still lies in a colleague's calendar."""
    return OwnEntry.objects.filter(uid=row.uid).exclude(pk=row.pk).exclude(etag="").exists()


def call_off_all(row: OwnEntry, calendar: OwnCalendar, *, at: datetime) -> None:
    """The times still to come of a series that was deleted."""
    if row.uid and not elsewhere(row):
        mine = Meeting.objects.planned().imported().of(calendar.user)
        for meeting in mine.filter(uid=row.uid, ends_at__gt=at).order_by("pk"):
            cancel(meeting, by=calendar.user, at=at)
