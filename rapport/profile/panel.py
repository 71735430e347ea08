"""A panel: a piece of the customer page that another room may fill."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from rapport.agenda.open_tasks import OpenTask, open_tasks
from rapport.customers.models import Customer, SourceRecord
from rapport.customers.more import More, more_of
from rapport.customers.preference import Preference
from rapport.customers.wishes import Wishes, said_of, wishes
from rapport.fields.models import CustomField
from rapport.fields.seen import declared_to
from rapport.people.models import User
from rapport.profile.evidence import Evidence, evidence_of, records_of
from rapport.profile.relatives import Relative, relatives_of
from rapport.timeline.models import Tally

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Subject:
    """Whose page it is, who reads it, and when. What several pieces show is read once for all of them."""

    customer: Customer
    member_ids: Sequence[int]
    reader: User
    at: datetime

    @cached_property
    def tasks(self) -> list[OpenTask]:
        return open_tasks(self.member_ids, reader=self.reader, at=self.at)

    @cached_property
    def said(self) -> list[Preference]:
        """What they ever asked of us."""
        return said_of(self.member_ids)

    @cached_property
    def wishes(self) -> Wishes:
        return wishes(self.said, at=self.at)

    @cached_property
    def tallies(self) -> list[Tally]:
        """How often each channel was used."""
        return list(Tally.objects.filter(member__in=self.member_ids))

    @cached_property
    def records(self) -> list[SourceRecord]:
        return records_of(self.member_ids)

    @cached_property
    def evidence(self) -> dict[str, Evidence]:
        return evidence_of(self.customer, self.records)

    @cached_property
    def relatives(self) -> list[Relative]:
        return relatives_of(self.member_ids, reader=self.reader)

    @cached_property
    def fields(self) -> list[CustomField]:
        return declared_to(self.reader)

    @cached_property
    def own(self) -> list[More]:
        """The organisation's own fields, filled or not."""
        return more_of(self.customer, self.fields, reader=self.reader)

    def more(self, group: str = "") -> list[tuple[More, Evidence | None]]:
        """The own fields of a group, or of none, each with who says so."""
        return [(one, self.evidence.get(one.claim)) for one in self.own if one.group == group]


class Side(StrEnum):
    WHO = "who"
    NOW = "now"


@dataclass(frozen=True)
class Panel:
    """A card of the page. What ``read`` answers is `panel` in ``template``; an empty answer hides the card.

    A lazy one is read when its place scrolls into sight. A ``late`` one comes right behind the page, in one request with
    all others of its kind; until then the page keeps the room of so many ``lines`` for it. ``there`` are the rows that
    ``read`` is about: all panels are asked in one query whether there are any, and those without are not read.
    One that ``keeps`` looks for news itself, so that what is being written in it stays. ``corner`` is a template for
    what stands beside the title.
    """

    name: str
    title: "StrOrPromise"
    side: Side
    needs: str
    read: Callable[[Subject], object]
    template: str
    corner: str = ""
    lazy: bool = False
    late: bool = False
    lines: int = 2
    there: Callable[[Subject], Sequence[QuerySet[Any]]] | None = None
    keeps: bool = False


@dataclass(frozen=True)
class Card:
    """A panel with what it shows now; `content` is None while it waits to be seen, and while it ``follows`` the page.

    `folded` when its reader folded it.
    """

    panel: Panel
    content: object
    folded: bool = False
    follows: bool = False

    @property
    def empty(self) -> bool:
        return not (self.panel.lazy or self.follows or self.content)

    @property
    def room(self) -> range:
        """The lines that are kept free while it follows."""
        return range(self.panel.lines)

    @property
    def moves(self) -> bool:
        """Whether it is sent anew when something about the customer changed."""
        return not self.panel.lazy and not self.panel.keeps


@dataclass(frozen=True)
class Known:
    """What is known before the panels are read: which are `folded`, and which there is something for; None: not asked."""

    folded: frozenset[str] = frozenset()
    there: frozenset[str] | None = None

    def has(self, panel: Panel) -> bool:
        return self.there is None or panel.there is None or panel.name in self.there


def cards(panels: Iterable[Panel], subject: Subject, known: Known, *, early: bool = False) -> list[Card]:
    """The cards that this reader may see, in the order of ``panels``; an empty one keeps its place.

    ``early`` leaves the late ones for the request that follows.
    """
    allowed = [panel for panel in panels if subject.reader.allows(panel.needs)]
    return [card(one, subject, known, early=early) for one in allowed]


def card(panel: Panel, subject: Subject, known: Known, *, early: bool) -> Card:
    folded, there = panel.name in known.folded, known.has(panel)
    if early and panel.late:
        return Card(panel, None, folded, follows=there)
    return Card(panel, panel.read(subject) if there and not panel.lazy else None, folded)
