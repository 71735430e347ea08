"""Let somebody's own calendar and what is planned here follow each other.

The network is never asked within a transaction: each entry is taken in, or noted as written, in a short one of its own.
Whoever dies in between finds at the next time what both say, and that is the same: nothing is there twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from rapport.calendars.agree import PARTS
from rapport.calendars.connect import account_of
from rapport.calendars.models import Host, Meeting
from rapport.calendars.own_calendar import OwnCalendar, OwnEntry
from rapport.calendars.take_entry import hold_calendar, take_entry, take_gone
from rapport.calendars.write_entry import changed_entry, new_entry, said_here
from rapport.channels import caldav
from rapport.channels.caldav import Account, DavError

EVERY, SOONEST, LATEST = timedelta(minutes=5), timedelta(minutes=2), timedelta(days=1)
PLACES, ROUNDS, MOST_AT_ONCE = 20, 3, 500
# A refusal of these is one of the whole calendar; of others, of one entry.
OF_ALL = {"401", "403", "404", "405", "429", "500", "502", "503"}


def sync_due(*, at: datetime) -> int:
    """Compare those whose time has come, a few at a time; how many were."""
    due = list(OwnCalendar.objects.due(at).order_by("next_at")[:PLACES].values_list("pk", flat=True))
    return sum(sync(pk, at=at) for pk in due)


def hasten(meeting_ids: Sequence[int], *, at: datetime) -> int:
    """What changed here goes out at once, to calendars that can be reached; how many were asked."""
    told = OwnCalendar.objects.filter(active=True, trouble="").exclude(address="")
    hosts = Host.objects.filter(meeting__in=meeting_ids).values("user")
    known = OwnEntry.objects.filter(meeting__in=meeting_ids).values("calendar")
    done = 0
    for calendar in told.filter(user__in=hosts) | told.filter(pk__in=known):
        if stale(calendar).exists() or to_go_out(calendar, at=at).exists():
            OwnCalendar.objects.filter(pk=calendar.pk).update(next_at=at)
            done += sync(calendar.pk, at=at)
    return done


def sync(calendar_id: int, *, at: datetime) -> bool:
    """Both sides say the same afterwards, but for what clashes. Whoever comes second gives way."""
    if not OwnCalendar.objects.due(at).filter(pk=calendar_id).update(next_at=at + SOONEST):
        return False
    calendar = OwnCalendar.objects.select_related("user").get(pk=calendar_id)
    try:
        exchange(calendar, account_of(calendar), at=at)
    except DavError as problem:
        calendar.trouble, calendar.failing_since = str(problem)[:40], calendar.failing_since or at
        calendar.tries += 1
        calendar.next_at = at + min(SOONEST * 2 ** min(calendar.tries - 1, 10), LATEST)
    else:
        calendar.trouble, calendar.failing_since, calendar.tries = "", None, 0
        calendar.synced_at, calendar.next_at = at, at + EVERY
    kept = {name: getattr(calendar, name) for name in ("trouble", "failing_since", "tries", "synced_at", "next_at")}
    OwnCalendar.objects.filter(pk=calendar.pk).update(**kept)
    return True


def exchange(calendar: OwnCalendar, account: Account, *, at: datetime) -> None:
    """Hear and write until nothing changes there in between. Raises DavError."""
    for _round in range(ROUNDS):
        hear(calendar, account, at=at)
        if write(calendar, account, at=at):
            return


def hear(calendar: OwnCalendar, account: Account, *, at: datetime) -> None:
    # Known before it is asked: what is written meanwhile must not look as if it were gone.
    known = dict(calendar.entries.exclude(etag="").values_list("path", "etag"))
    found = caldav.changes(account, calendar.address, calendar.token)
    news = [path for path, etag in found.changed.items() if known.get(path) != etag]
    for path, entry in caldav.entries(account, calendar.address, news):
        take_entry(calendar, path, entry, at=at)
    gone = [path for path in known if path not in found.changed] if found.whole else list(found.gone)
    for path in gone:
        take_gone(calendar, path, at=at)
    calendar.token = found.token[:1_000]
    OwnCalendar.objects.filter(pk=calendar.pk).update(token=calendar.token)


def stale(calendar: OwnCalendar) -> QuerySet[OwnEntry]:
    """Entries whose meeting changed here since; not those about which somebody is asked."""
    mine = OwnEntry.objects.filter(calendar=calendar, gone_at=None).exclude(meeting=None)
    return mine.exclude(sequence=F("meeting__sequence")).order_by("pk")


def to_go_out(calendar: OwnCalendar, *, at: datetime) -> QuerySet[Meeting]:
    """What was planned here with the owner and does not stand there yet; what came out of a calendar has its place."""
    mine = Meeting.objects.planned().of(calendar.user).filter(imported=False, ends_at__gt=at)
    return mine.exclude(own_entries__calendar=calendar).order_by("pk")


def write(calendar: OwnCalendar, account: Account, *, at: datetime) -> bool:
    """Whether all that changed here stands there now; raises DavError at the end, if something was refused."""
    good, refused = True, ""
    for row in list(stale(calendar)[:MOST_AT_ONCE]):
        try:
            good = change(row, calendar, account, at=at) and good
        except DavError as problem:
            refused = of_one(problem)
    for meeting in list(to_go_out(calendar, at=at)[:MOST_AT_ONCE]):
        try:
            good = add(meeting, calendar, account, at=at) and good
        except DavError as problem:
            refused = of_one(problem)
    if refused:
        raise DavError(refused)
    return good


def of_one(problem: DavError) -> str:
    """A refusal of one entry, told when the others are written. Raises what is no such refusal."""
    word = str(problem)
    if not word.isdigit() or word in OF_ALL:
        raise problem
    return word


def zone_of(calendar: OwnCalendar) -> ZoneInfo:
    return ZoneInfo(calendar.user.time_zone or settings.TIME_ZONE)


def path_for(calendar: OwnCalendar, meeting: Meeting) -> str:
    """The same each time: what was written and not noted is found there."""
    name = blake2b(meeting.uid.encode(), digest_size=16).hexdigest()
    return f"{caldav.path_of(calendar.address).rstrip('/')}/{name}.ics"


def add(meeting: Meeting, calendar: OwnCalendar, account: Account, *, at: datetime) -> bool:
    told, path = said_here(meeting), path_for(calendar, meeting)
    text = new_entry(meeting.uid, told, sequence=meeting.sequence, zone=zone_of(calendar), at=at)
    try:
        etag = caldav.put(account, calendar.address, path, text, etag="")
    except DavError as problem:
        if str(problem) == "changed":
            return False
        raise
    with transaction.atomic():
        if hold_calendar(calendar):
            OwnEntry.objects.get_or_create(
                calendar=calendar,
                path=path,
                defaults={
                    "uid": meeting.uid,
                    "etag": etag[:400],
                    "meeting": meeting,
                    "ours": True,
                    "agreed": told,
                    "sequence": meeting.sequence,
                },
            )
    return True


def change(row: OwnEntry, calendar: OwnCalendar, account: Account, *, at: datetime) -> bool:
    """Write what changed here into the entry; False when it changed there meanwhile."""
    meeting = Meeting.objects.get(pk=row.meeting_id or 0)
    wanted = meeting.cancelled_at is None and meeting.hosts.filter(user=calendar.user_id).exists()
    told = said_here(meeting)
    try:
        if not wanted:
            if row.etag:
                caldav.delete(account, calendar.address, row.path, etag=row.etag)
            etag = ""
        elif row.etag:
            written = changed_there(row, told, meeting, calendar, account, at=at)
            if written is None:
                return False
            etag = written
        else:
            text = new_entry(meeting.uid, told, sequence=meeting.sequence, zone=zone_of(calendar), at=at)
            etag = caldav.put(account, calendar.address, row.path, text, etag="")
    except DavError as problem:
        if str(problem) == "changed":
            return False
        raise
    note(row, told, meeting.sequence, etag, calendar)
    return True


def changed_there(
    row: OwnEntry, told: dict[str, object], meeting: Meeting, calendar: OwnCalendar, account: Account, *, at: datetime
) -> str | None:
    """The etag behind the change; the one there was where nothing is to be changed. None: it is another one now."""
    parts = {part: told[part] for part in PARTS if part not in row.clash and told[part] != row.agreed.get(part)}
    if not parts:
        return row.etag
    lies = caldav.entry(account, calendar.address, row.path)
    if lies is None or lies.etag != row.etag:
        return None
    try:
        text = changed_entry(lies.text, parts, sequence=meeting.sequence, zone=zone_of(calendar), at=at)
    except ValueError as problem:
        raise DavError("422") from problem
    return caldav.put(account, calendar.address, row.path, text, etag=row.etag)


@transaction.atomic
def note(row: OwnEntry, told: dict[str, object], sequence: int, etag: str, calendar: OwnCalendar) -> None:
    if hold_calendar(calendar):
        agreed = {part: row.agreed.get(part) if part in row.clash else told[part] for part in PARTS}
        # What was asked meanwhile stays asked; what changed here meanwhile is written the next time.
        OwnEntry.objects.filter(pk=row.pk).update(etag=etag[:400], agreed=agreed, sequence=sequence)
