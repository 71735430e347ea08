"""What becomes of an entry of a calendar, from who takes part in it. Pure but for its models' words."""

from collections.abc import Collection
from dataclasses import dataclass, field

from rapport.calendars.models import Outcome
from rapport.channels.calendar.happening import Happening, Other, Unreadable
from rapport.channels.calendar.recur import Time
from rapport.people.own import Ours

OURS = ("meeting-", "task-")


@dataclass(frozen=True)
class House:
    """Who is ours, which addresses are a customer's, and whether others become customers."""

    ours: Ours
    known: Collection[str]
    newcomers: bool


@dataclass(eq=False)
class Case:
    """One entry on its way to its line."""

    number: int
    read: Happening | Unreadable | Other
    outcome: Outcome = Outcome.TAKEN
    reason: str = ""
    times: list[Time] = field(default_factory=list)
    guests: list[int] = field(default_factory=list)
    hosts: list[int] = field(default_factory=list)
    meeting_id: int | None = None
    made: int = 0

    @property
    def happening(self) -> Happening:
        """Of an entry that is a meeting."""
        if not isinstance(self.read, Happening):
            raise TypeError(self.number)
        return self.read

    def becomes(self, outcome: Outcome, reason: str = "") -> None:
        self.outcome, self.reason = outcome, reason


def judge(case: Case, house: House) -> None:
    """Whether it is taken in, as far as that follows from the entry itself."""
    read = case.read
    if isinstance(read, Unreadable):
        case.becomes(Outcome.REFUSED, read.hindrance)
    elif isinstance(read, Other):
        case.becomes(Outcome.OTHER, read.name.lower()[:20])
    elif read.uid.startswith(OURS) and read.uid.endswith("@rapport"):
        case.becomes(Outcome.KNOWN, "ours")
    elif read.cancelled:
        case.becomes(Outcome.CANCELLED)
    elif read.private:
        case.becomes(Outcome.PRIVATE)
    else:
        case.becomes(*with_whom(read, house))


def with_whom(happening: Happening, house: House) -> tuple[Outcome, str]:
    outsiders = [one.address for one in happening.people if one.address not in house.ours]
    if not outsiders:
        return Outcome.OWN, "" if happening.people else "nobody"
    if house.newcomers or any(address.lower() in house.known for address in outsiders):
        return Outcome.TAKEN, ""
    return Outcome.STRANGER, ""
