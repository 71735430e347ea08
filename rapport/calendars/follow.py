"""Let meetings follow what calendars say of them: made, moved, called off, and once over on the timeline.

A later word of the same entry changes its meeting, an earlier one does not. What is the same as the last time changes
nothing, so that what was changed here by hand stays until the calendar says something new.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from django.utils.translation import gettext as _

from rapport.calendars.judge import Case
from rapport.calendars.models import Guest, Host, Kind, Meeting, Origin, Outcome, Reading
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.channels.calendar.happening import Happening
from rapport.channels.calendar.recur import Time
from rapport.journal.models import Fact
from rapport.journal.record import record

WROTE = ("kind", "title", "starts_at", "ends_at", "whole_day", "place", "note", "recurrence")
WRITTEN = (*WROTE, "sequence", "changed_at", "cancelled_at", "held_at")
SAID = ("calendar", "reading", "sequence", "said_at", "digest", "apart", "gone")


@dataclass(eq=False)
class Row:
    """A meeting and what its calendar last said of it."""

    meeting: Meeting
    origin: Origin | None
    hidden: bool = False
    new: bool = False
    changed: bool = False
    guests: list[int] | None = None
    hosts: list[int] | None = None

    @property
    def open(self) -> bool:
        return self.meeting.is_planned


@dataclass
class Book:
    """All meetings of some entries, by entry and time."""

    reading: Reading
    at: datetime
    rows: defaultdict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))

    def fresh(self, uid: str, key: str) -> Row:
        author, at = self.reading.by_id, self.at
        meeting = Meeting(uid=uid, recurrence=key, imported=True, created_by_id=author, created_at=at, changed_at=at)
        row = Row(meeting, Origin(meeting=meeting, reading=self.reading.pk), new=True)
        self.rows[uid][key] = row
        return row

    def change(self, row: Row) -> None:
        if not row.new and not row.changed:
            row.meeting.sequence += 1
        row.changed, row.meeting.changed_at = True, self.at

    def call_off(self, row: Row) -> None:
        row.meeting.cancelled_at = row.meeting.cancelled_at or self.at
        self.change(row)


def follow(cases: Sequence[Case], reading: Reading, *, at: datetime) -> None:
    """Write what ``cases`` say, in the caller's transaction; each learns what became of it."""
    book = opened(cases, reading, at=at)
    for case in cases:
        rows = book.rows[case.happening.uid]
        if any(row.origin is None for row in rows.values()):
            case.becomes(Outcome.KNOWN, "ours")
        elif any(row.hidden for row in rows.values()):
            # Knowing the name of an entry must not be enough to change what one may not see.
            case.becomes(Outcome.KNOWN, "hidden")
        elif case.outcome == Outcome.CANCELLED:
            call_off(case, rows, book)
        elif case.outcome == Outcome.TAKEN:
            enter(case, rows, book)
        elif case.outcome in {Outcome.OWN, Outcome.STRANGER, Outcome.PRIVATE}:
            # The customer does not come any more, or nobody is to know.
            for row in concerned(case.happening, rows):
                if row.open and row.meeting.ends_at > at:
                    book.call_off(row)
    kept = [(case, concerned(case.happening, book.rows[case.happening.uid])) for case in cases]
    write([row for rows in book.rows.values() for row in rows.values()], reading, at=at)
    for case, about in kept:
        case.meeting_id = about[0].meeting.pk if about else None


def opened(cases: Sequence[Case], reading: Reading, *, at: datetime) -> Book:
    book = Book(reading, at)
    uids = {case.happening.uid for case in cases}
    found = Meeting.objects.select_for_update(of=("self",)).filter(uid__in=uids).select_related("origin").order_by("pk")
    seen = Meeting.objects.visible_to(reading.by) if reading.by else Meeting.objects.all()
    ids = set(seen.filter(uid__in=uids).values_list("pk", flat=True))
    for meeting in found:
        row = Row(meeting, getattr(meeting, "origin", None), hidden=meeting.pk not in ids)
        book.rows[meeting.uid][meeting.recurrence] = row
    return book


def concerned(happening: Happening, rows: dict[str, Row]) -> list[Row]:
    """The meetings that an entry speaks of: one, or all of a series of which nothing else is said."""
    if happening.recurrence:
        return [rows[happening.recurrence]] if happening.recurrence in rows else []
    return [row for row in rows.values() if row.origin and not row.origin.apart]


def is_older(happening: Happening, rows: Iterable[Row]) -> bool:
    """Whether more was said since."""
    return any(row.origin is not None and is_before(happening, row.origin) for row in rows)


def is_before(happening: Happening, origin: Origin) -> bool:
    if happening.sequence != origin.sequence or happening.said_at is None or origin.said_at is None:
        return happening.sequence < origin.sequence
    return happening.said_at < origin.said_at


def call_off(case: Case, rows: dict[str, Row], book: Book) -> None:
    about = concerned(case.happening, rows)
    if is_older(case.happening, about):
        case.becomes(Outcome.KNOWN, "older")
        return
    for row in about:
        if row.meeting.cancelled_at is None:
            book.call_off(row)
            case.made += 1
        say(row, case.happening, "", book)


def enter(case: Case, rows: dict[str, Row], book: Book) -> None:
    happening = case.happening
    if is_older(happening, concerned(happening, rows)):
        case.becomes(Outcome.KNOWN, "older")
        return
    rekey(case, rows, book)
    for time in case.times:
        row = rows.get(time.key)
        if row and row.origin and row.origin.apart and not happening.recurrence:
            row.origin.reading = book.reading.pk
        else:
            case.made += told(case, time, row or book.fresh(happening.uid, time.key), book)
    if not happening.recurrence:
        times = {time.key for time in case.times}
        for row in concerned(happening, rows):
            if row.open and row.meeting.recurrence not in times and row.meeting.ends_at > book.at:
                book.call_off(row)
                case.made += 1
    if not case.made:
        case.becomes(Outcome.KNOWN)


def rekey(case: Case, rows: dict[str, Row], book: Book) -> None:
    """What was single becomes the first of its series, and the other way round, instead of standing there twice."""
    happening = case.happening
    if happening.recurrence or not case.times:
        return
    first = case.times[0].key
    if happening.series and "" in rows and first not in rows:
        rows[first] = rows.pop("")
    elif happening.series is None and "" not in rows and rows:
        moved = next((row for row in concerned(happening, rows) if row.meeting.starts_at == case.times[0].begin), None)
        if moved is None:
            return
        rows[""] = rows.pop(moved.meeting.recurrence)
        first = ""
    else:
        return
    rows[first].meeting.recurrence = first
    book.change(rows[first])


def told(case: Case, time: Time, row: Row, book: Book) -> int:
    """1 when the meeting is new or says something else now."""
    digest, origin = digest_of(case, time), row.origin
    same = origin is not None and origin.digest == digest and not origin.gone
    if not same:
        happening, meeting = case.happening, row.meeting
        meeting.kind = Kind.CALL if happening.call else Kind.MEETING
        meeting.title = happening.title or _("Meeting")
        meeting.starts_at, meeting.ends_at, meeting.whole_day = time.begin, time.end, happening.whole_day
        meeting.place, meeting.note = happening.place, happening.note
        meeting.cancelled_at = None
        row.guests, row.hosts = case.guests, case.hosts
        book.change(row)
    say(row, case.happening, digest, book)
    return not same


def say(row: Row, happening: Happening, digest: str, book: Book) -> None:
    origin = row.origin
    if origin is None:
        return
    origin.calendar_id, origin.reading = book.reading.calendar_id, book.reading.pk
    origin.sequence, origin.said_at = happening.sequence, happening.said_at
    origin.digest, origin.apart, origin.gone = digest, bool(happening.recurrence), False


def digest_of(case: Case, time: Time) -> str:
    happening = case.happening
    said = (happening.title, happening.place, happening.note, happening.whole_day, happening.call)
    parts = (*said, time.begin, time.end, sorted(case.guests), sorted(case.hosts))
    return blake2b(repr(parts).encode(errors="replace"), digest_size=16).hexdigest()


def write(rows: Sequence[Row], reading: Reading, *, at: datetime) -> None:
    """Meetings, who takes part, what was said; and what is over goes on the timeline."""
    new = [row for row in rows if row.new]
    old = [row for row in rows if not row.new]
    changed = [row for row in rows if row.changed]
    over = [row for row in changed if row.open and row.meeting.is_over(at)]
    for row in over:
        row.meeting.held_at = at
    Meeting.objects.bulk_create([row.meeting for row in new], batch_size=1_000)
    Meeting.objects.bulk_update([row.meeting for row in old if row.changed], WRITTEN, batch_size=1_000)
    Origin.objects.bulk_create(origins_of(new), batch_size=1_000)
    Origin.objects.bulk_update(origins_of(old), SAID, batch_size=1_000)
    seat([row for row in changed if row.guests is not None])
    put_on_timeline(*[row.meeting for row in changed if row.meeting.held_at], by=reading.by, at=at)
    if changed:
        record(Fact.MEETINGS_CHANGED, [row.meeting.pk for row in changed], by=reading.by, at=at)


def origins_of(rows: Iterable[Row]) -> list[Origin]:
    return [row.origin for row in rows if row.origin is not None]


def seat(rows: Sequence[Row]) -> None:
    """These take part and nobody else."""
    ids = [row.meeting.pk for row in rows]
    guests = {(row.meeting.pk, pk) for row in rows for pk in row.guests or ()}
    hosts = {(row.meeting.pk, pk) for row in rows for pk in row.hosts or ()}
    had = list(Guest.objects.filter(meeting__in=ids).values_list("pk", "meeting", "member"))
    Guest.objects.filter(pk__in=[pk for pk, *seat in had if tuple(seat) not in guests]).delete()
    held = list(Host.objects.filter(meeting__in=ids).values_list("pk", "meeting", "user"))
    Host.objects.filter(pk__in=[pk for pk, *seat in held if tuple(seat) not in hosts]).delete()
    fresh = sorted(guests - {(meeting, member) for _pk, meeting, member in had})
    Guest.objects.bulk_create((Guest(meeting_id=one, member_id=pk) for one, pk in fresh), ignore_conflicts=True)
    fresh = sorted(hosts - {(meeting, user) for _pk, meeting, user in held})
    Host.objects.bulk_create((Host(meeting_id=one, user_id=pk) for one, pk in fresh), ignore_conflicts=True)
