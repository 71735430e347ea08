"""Read notices and reminders as pages show them; a fixed number of queries, and never more than is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from rapport.notices.models import Kind, Notice, Reminder, ReminderQuerySet
from rapport.notices.words import reminded, title_of
from rapport.people.models import User
from rapport.timeline.read import Cursor, Entry

ENOUGH, LIMIT, NEWEST = 99, 40, 8
EXCERPT = 160
WEEK = timedelta(days=7)
SHOWN = 50


@dataclass(frozen=True)
class Sign:
    """What stands at the head of a notice of one kind."""

    icon: str


SIGNS = {
    Kind.MENTION: Sign(icon="at"),
    Kind.TASK: Sign(icon="checkbox"),
    Kind.LEAD: Sign(icon="bolt"),
    Kind.HANDOVER: Sign(icon="transfer"),
    Kind.REMINDER: Sign(icon="bell-ringing"),
    Kind.FINISHED: Sign(icon="circle-check"),
    Kind.CHANGED: Sign(icon="edit"),
    Kind.RULE: Sign(icon="arrows-split-2"),
}
NOTE = Sign(icon="note")


@dataclass(frozen=True)
class Line:
    """A notice in words; `icon` is empty where the sign of its channel stands."""

    notice: Notice
    title: str
    excerpt: str
    icon: str


@dataclass(frozen=True)
class Asked:
    """Which notices: words in them, one kind, only unread ones, older than a place."""

    words: str = ""
    kind: str = ""
    unread: bool = False
    before: Cursor | None = None


@dataclass(frozen=True)
class Page:
    lines: tuple[Line, ...]
    next: Cursor | None


@dataclass(frozen=True)
class Reminded:
    """A reminder in words, with where it leads."""

    reminder: Reminder
    title: str
    url: str


def unread(user: User) -> int:
    """What the bell counts, up to `ENOUGH`: one query over a partial index."""
    return Notice.objects.visible_to(user).loud()[:ENOUGH].count()


def newest(user: User) -> list[Line]:
    """What opens below the bell: unread ones first."""
    found = Notice.objects.visible_to(user).filter(Q(quiet=False) | Q(read_at__isnull=False)).with_all()
    return [as_line(one) for one in found.order_by("-at", "-pk")[:NEWEST]]


def notices_page(user: User, asked: Asked) -> Page:
    found = Notice.objects.visible_to(user)
    if asked.unread:
        found = found.unread()
    if asked.kind in Kind.values:
        found = found.filter(kind=asked.kind)
    for word in asked.words.split():
        found = found.filter(holds(word))
    if asked.before:
        found = found.filter(Q(at__lt=asked.before.at) | Q(at=asked.before.at, pk__lt=asked.before.id))
    rows = list(found.with_all().order_by("-at", "-pk")[: LIMIT + 1])
    last = rows[LIMIT - 1] if len(rows) > LIMIT else None
    return Page(tuple(map(as_line, rows[:LIMIT])), Cursor(last.at, last.pk) if last else None)


def holds(word: str) -> Q:
    """A word of what a notice says. Only what is kept of one user is looked through."""
    return (
        Q(member__customer__name__icontains=word)
        | Q(interaction__subject__icontains=word)
        | Q(interaction__text__icontains=word)
        | Q(task__title__icontains=word)
        | Q(actor__name__icontains=word)
        | Q(words__icontains=word)
        | Q(reminder__note__icontains=word)
    )


def as_line(notice: Notice) -> Line:
    on_channel = notice.kind in {Kind.HEARD, Kind.SEEN, Kind.DONE} and notice.channel
    icon = "" if on_channel else SIGNS.get(Kind(notice.kind), NOTE).icon
    return Line(notice, title_of(notice), excerpt_of(notice), icon)


def excerpt_of(notice: Notice) -> str:
    """The beginning of the newest that was said."""
    one = notice.interaction
    if one is None:
        return ""
    text = (f"{one.subject}: {one.text}" if one.subject and one.text else one.subject or one.text).strip()
    return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(maxsplit=1)[0] + " …"


def place_of(notice: Notice) -> str:
    """The address that a notice leads to."""
    if notice.reminder:
        return place_of_reminder(notice.reminder)
    if notice.link and (notice.member is None or notice.kind in {Kind.LEAD, Kind.HANDOVER}):
        return notice.link
    if notice.member is None:
        return f"{reverse('notices:list')}#n{notice.pk}"
    about = reverse("customer", args=[notice.member.customer_id])
    if notice.interaction_id:
        return f"{about}#i{notice.interaction_id}"
    return f"{about}#now" if notice.task_id else about


def place_of_reminder(reminder: Reminder) -> str:
    if reminder.meeting_id:
        return reverse("calendars:meeting", args=[reminder.meeting_id])
    if reminder.member is None:
        return reverse("unassigned") if reminder.interaction_id else reverse("notices:reminders")
    about = reverse("customer", args=[reminder.member.customer_id])
    return f"{about}#i{reminder.interaction_id}" if reminder.interaction_id else about


def reminders_of(user: User, *, until: datetime) -> list[Reminded]:
    """The open ones that rang or ring before a moment, the earliest first."""
    return in_words(Reminder.objects.visible_to(user).open().filter(at__lt=until).order_by("at", "pk"))


def reminders_with(member_ids: Sequence[int], *, reader: User) -> list[Reminded]:
    """One's own open ones about these members."""
    return in_words(open_with(member_ids, reader=reader).visible_to(reader).order_by("at", "pk"))


def open_with(member_ids: Sequence[int], *, reader: User) -> ReminderQuerySet:
    """Of these some may be about what ``reader`` no longer sees."""
    return Reminder.objects.open().filter(user=reader, member__in=member_ids)


def in_words(rows: Iterable[Reminder]) -> list[Reminded]:
    found = rows.select_related("member__customer", "task", "meeting")[:SHOWN]  # type: ignore[attr-defined]
    return [
        Reminded(one, reminded(one, one.member.customer.name if one.member else ""), place_of_reminder(one))
        for one in found
    ]


def waiting_for(entries: Sequence[Entry], reader: User) -> dict[int, Reminder | None]:
    """For each line of a timeline, which its reader sees, the open reminder that stands on it, or none yet."""
    found: dict[int, Reminder | None] = dict.fromkeys(one.id for one in entries)
    mine = Reminder.objects.open().filter(user=reader, interaction__in=list(found))
    return found | {one.interaction_id: one for one in mine if one.interaction_id}
