"""What somebody looks for in the trail: whose doing, about whom, of what kind, in which room, when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date

from rapport.audit.models import Entry, EntryQuerySet, Watched
from rapport.customers.models import Member
from rapport.journal.models import Fact
from rapport.lib.copying import as_array
from rapport.lib.ids import number
from rapport.people.models import User
from rapport.ui.keyset import Cursor, Order, stretches

BY_AGE = Order("at", descending=True, kind=datetime)
# More than these of one customer are not looked through at once; the newest are.
MOST = 20_000
BY_ITSELF = "rapport"
FACTS, READINGS = "journal.Event", "audit.Reading"
DEEDS = ("added", "changed", "deleted")
# What Rapport tells of by itself as things go their way: nobody decided or changed anything by it.
CHATTER = tuple(
    fact.value for fact in (Fact.NOTICES_ARRIVED, Fact.REMINDERS_RUNG, Fact.MESSAGES_LAID, Fact.WEB_REQUESTS_ARRIVED)
)
LONGEST = 40


@dataclass(frozen=True)
class Wanted:
    """Empty means any. ``who`` is a colleague's number, or "rapport" for what nobody did by hand.

    ``chatter`` adds what Rapport tells of by itself; asked for by its kind it is told anyway.
    """

    who: str = ""
    customer: int = 0
    kind: str = ""
    room: str = ""
    since: date | None = None
    until: date | None = None
    chatter: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        """What an address says; what cannot be understood asks for nothing."""
        who = asked.get("who", "")
        return cls(
            who=who if who == BY_ITSELF or number(who) else "",
            customer=number(asked.get("customer", "")),
            kind=asked.get("kind", "")[:LONGEST] if asked.get("kind", "").isprintable() else "",
            room=asked.get("room", "")[:LONGEST] if asked.get("room", "").isidentifier() else "",
            since=day(asked.get("since", "")),
            until=day(asked.get("until", "")),
            chatter=asked.get("chatter", "") == "yes",
        )

    def __bool__(self) -> bool:
        return self != Wanted()

    @property
    def is_turned(self) -> bool:
        """That it begins after its end, so that nothing can lie between."""
        return bool(self.since and self.until and self.since > self.until)


def day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Found:
    entries: tuple[Entry, ...]
    more: bool


def look(wanted: Wanted, reader: User, place: Cursor | None, size: int) -> Found:
    """The newest first. Each part is read from an index in this order and stops; the parts are merged."""
    (beyond,) = stretches(BY_AGE, place)
    parts = [rows.filter(beyond).order_by("-at", "-id")[: size + 1] for rows in narrowed(wanted, reader)]
    if not parts:
        return Found((), more=False)
    merged = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True).order_by("-at", "-id")[: size + 1]
    found = list(merged)
    return Found(tuple(found[:size]), more=len(found) > size)


def narrowed(wanted: Wanted, reader: User) -> Iterator[EntryQuerySet]:
    rows = Entry.objects.visible_to(reader)
    if wanted.customer:
        rows = rows.filter(pk__in=about(homes_of(wanted.customer, reader)))
    if wanted.who:
        rows = rows.filter(actor=None if wanted.who == BY_ITSELF else number(wanted.who))
    if wanted.since:
        rows = rows.filter(at__gte=start_of(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=start_of(wanted.until + timedelta(days=1)))
    tables = tables_of(wanted)
    if not (wanted.chatter or wanted.kind):
        rows = rows.exclude(kind__in=CHATTER)
    if wanted.kind and wanted.kind not in {"fact", "reading"}:
        rows = rows.filter(kind=wanted.kind)
    if tables is None:
        yield rows
    for watched in tables or ():
        yield rows.filter(watched=watched)


def tables_of(wanted: Wanted) -> list[int] | None:
    """The sealed tables that are asked for; None for all."""
    if not wanted.room and wanted.kind not in {"fact", "reading"}:
        return None
    labels = dict(Watched.objects.order_by("pk").values_list("label", "pk"))
    if wanted.room:
        labels = {label: pk for label, pk in labels.items() if label.startswith(f"{wanted.room}.")}
    only = {"fact": FACTS, "reading": READINGS}.get(wanted.kind)
    return [pk for label, pk in labels.items() if only in {None, label}]


def start_of(one: date) -> datetime:
    return timezone.make_aware(datetime.combine(one, time.min))


def homes_of(customer: int, reader: User) -> list[int]:
    """The records that a customer is made of, and the number itself: what is gone still has a trail."""
    members = Member.objects.visible_to(reader).filter(customer=customer)
    return sorted({customer, *members.values_list("home_id", flat=True)})


def about(homes: Iterable[int]) -> list[int]:
    """The entries about ``homes``: found by their index, whatever else is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH hit AS MATERIALIZED (
                   SELECT id, at FROM audit_entry WHERE homes && %s::bigint[] AND homes <> '{}'
               ) SELECT id FROM hit ORDER BY at DESC, id DESC LIMIT %s""",
            [as_array(homes), MOST],
        )
        return [pk for (pk,) in cursor.fetchall()]
