"""What an entry of a calendar says, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Hindrance(StrEnum):
    """Why an entry can't be read; the words stand where people read them."""

    DAMAGED = "damaged"
    LARGE = "large"
    NESTED = "nested"
    NO_DATE = "no date"
    DATE = "date"
    NO_END = "never closed"
    ZONE = "zone"
    RULE = "rule"
    OFTEN = "often"
    CROWD = "crowd"
    RANGE = "range"


@dataclass(frozen=True)
class Person:
    """Somebody who is asked to come, or who asks."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Series:
    """How an entry repeats: its rule with local times, and single days added or taken out."""

    rule: str = ""
    added: Sequence[datetime] = ()
    left_out: frozenset[datetime] = frozenset()
    days_left_out: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Happening:
    """One VEVENT. `begin` and `end` stand on the clock it was written by; whole days begin and end at its midnight.

    Whoever takes part in a `free` one is not busy. `recurrence` names the one of a series that this entry is about; empty for a single entry or a whole series.
    """

    uid: str
    title: str
    begin: datetime
    end: datetime
    whole_day: bool = False
    recurrence: str = ""
    note: str = ""
    place: str = ""
    people: tuple[Person, ...] = ()
    cancelled: bool = False
    private: bool = False
    call: bool = False
    free: bool = False
    sequence: int = 0
    said_at: datetime | None = None
    series: Series | None = None


@dataclass(frozen=True)
class Unreadable:
    """An entry that can't be read, as far as it was."""

    hindrance: Hindrance
    uid: str = ""
    title: str = ""


@dataclass(frozen=True)
class Other:
    """An entry that is no meeting: a task, a note, a time when somebody is busy."""

    name: str
    uid: str = ""
    title: str = ""


@dataclass
class Block:
    """One entry of a file, its wanted lines unfolded; `number` counts the entries from 1."""

    number: int
    calendar: int
    name: str
    lines: list[str] = field(default_factory=list)
    size: int = 0
    hindrance: Hindrance | None = None


class NoCalendarError(Exception):
    """The file is no calendar; the text is a word for why."""
