"""Lay a timeline out for reading: by day, bursts folded into one line, who had to do with whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.timeline.read import Entry, Seat
from rapport.timeline.write_down import OURS

# What comes in showers: one look at a page after the other, or turn by turn.
SHOWERS = frozenset({"web", "portal", "store"})
TURNS = frozenset({"chat", "sms"})
# What a program of ours writes to many, month after month.
MAILINGS = frozenset({"email", "sms", "post"})
LEAST_FOLDED = 3
EXCERPT = 220
KINDS = {
    "call": gettext_lazy("Call"),
    "cancelled call": gettext_lazy("Cancelled call"),
    "cancelled meeting": gettext_lazy("Cancelled meeting"),
    "chat": gettext_lazy("Chat"),
    "mail": gettext_lazy("E-mail"),
    "email": gettext_lazy("E-mail"),
    "handover sent": gettext_lazy("Handed over"),
    "handover accepted": gettext_lazy("Hand-over accepted"),
    "handover returned": gettext_lazy("Hand-over sent back"),
    "letter": gettext_lazy("Letter"),
    "meeting": gettext_lazy("Meeting"),
    "message": gettext_lazy("Message"),
    "missed call": gettext_lazy("Missed call"),
    "note": gettext_lazy("Note"),
    "order": gettext_lazy("Order"),
    "quote accepted": gettext_lazy("Quote accepted"),
    "quote declined": gettext_lazy("Quote declined"),
    "quote question": gettext_lazy("Question about a quote"),
    "sms": gettext_lazy("Text message"),
    "visit": gettext_lazy("Visit"),
}


def kind_in_words(kind: str) -> str:
    """A kind as its source calls it; the usual ones in the reader's language."""
    return str(KINDS.get(kind.lower(), kind[:1].upper() + kind[1:].replace("_", " ")))


@dataclass(frozen=True)
class Line:
    """One line of a timeline, with the entries that are folded into it."""

    entry: Entry
    sender: tuple[Seat, ...]
    receiver: tuple[Seat, ...]
    more: tuple["Line", ...] = ()

    @property
    def title(self) -> str:
        """What it was about; empty for a note, which speaks for itself."""
        entry = self.entry
        if entry.private:
            said = _("%(kind)s with %(who)s (private)") if entry.keepers else _("%(kind)s (private)")
            return said % {"kind": self.kind, "who": entry.keepers}
        if entry.subject or (entry.text and entry.direction == "internal"):
            return entry.subject
        return self.kind

    @property
    def about(self) -> tuple[Seat, ...]:
        """Whom a note is about."""
        return tuple(seat for seat in self.entry.seats if seat.name)

    @property
    def kind(self) -> str:
        return kind_in_words(self.entry.kind)

    @property
    def excerpt(self) -> str:
        """The beginning of a long text, cut between words; all of a short one."""
        text = self.entry.text.strip()
        if not self.is_long:
            return text
        return text[:EXCERPT].rsplit(maxsplit=1)[0] + " …"

    @property
    def is_long(self) -> bool:
        text = self.entry.text.strip()
        return len(text) > EXCERPT + EXCERPT // 4 or text.count("\n") > 4  # noqa: PLR2004

    @property
    def minutes(self) -> int | None:
        minutes = self.entry.data.get("minutes")
        return minutes if isinstance(minutes, int) else None

    @property
    def since(self) -> date | None:
        """When what is folded into it began, if that was on another day."""
        first = timezone.localdate(self.more[-1].entry.at) if self.more else None
        return first if first != timezone.localdate(self.entry.at) else None

    @property
    def source(self) -> str:
        return "" if self.entry.source == OURS else self.entry.source


@dataclass(frozen=True)
class Day:
    """The lines of one day; ``continued`` when its heading stands further up already."""

    day: date
    lines: tuple[Line, ...]
    continued: bool = False


def days(entries: Sequence[Entry], *, after: date | None = None) -> list[Day]:
    """``entries``, newest first, by the reader's days; ``after`` is the day that the page before ended with.

    What is folded stands on the day of the newest of it.
    """
    by_day = groupby(folded(entries), key=lambda line: timezone.localdate(line.entry.at))
    return [Day(day, tuple(of_day), continued=day == after) for day, of_day in by_day]


def folded(entries: Iterable[Entry]) -> Iterator[Line]:
    """A line for each entry, but one for a whole burst."""
    for _burst, burst in groupby(entries, key=burst_of):
        lines = [line_of(entry) for entry in burst]
        if len(lines) < LEAST_FOLDED:
            yield from lines
        else:
            first = lines[0]
            yield Line(first.entry, first.sender, first.receiver, tuple(lines[1:]))


def burst_of(entry: Entry) -> tuple[object, ...]:
    """Entries with the same answer, one after the other, are a burst: of one day, but for mailings that nobody answered."""
    if is_mailing(entry):
        return entry.channel, entry.source
    day = timezone.localdate(entry.at)
    if entry.channel in SHOWERS and entry.amount is None:
        return day, entry.channel, entry.direction, entry.kind
    if entry.channel in TURNS:
        return day, entry.channel, entry.subject
    return (entry.id,)


def is_mailing(entry: Entry) -> bool:
    """Whether a program wrote it, not one of us, and there is no more to it than its words."""
    by_program = entry.direction == "outbound" and not entry.author_id and entry.source != OURS
    more = entry.private or entry.amount is not None or any(piece.alone for piece in entry.beside)
    return by_program and entry.channel in MAILINGS and not more


def line_of(entry: Entry) -> Line:
    """Who is on which side: those written as sender or receiver, else the customer across from us."""
    said = {role: tuple(seat for seat in entry.seats if seat.role == role) for role in ("from", "to")}
    others = tuple(seat for seat in entry.seats if seat.role not in {"from", "to", "cc", "bcc"})
    if entry.direction == "inbound":
        return Line(entry, said["from"] or others, said["to"])
    if entry.direction == "outbound":
        return Line(entry, said["from"], said["to"] or others)
    return Line(entry, (), ())
