"""A panel: a piece of the customer page that another room may fill."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from rapport.agenda.open_tasks import OpenTask, open_tasks
from rapport.customers.models import Customer, SourceRecord
from rapport.customers.more import More, more_of
from rapport.customers.preference import Preference
from rapport.customers.wishes import Wishes, said_of, wishes
from rapport.fields.models import CustomField, declared
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
        return declared()

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

    A lazy one is read when its place scrolls into sight. One that ``keeps`` looks for news itself, so that what is
    being written in it stays. ``corner`` is a template for what stands beside the title.
    """

    name: str
    title: "StrOrPromise"
    side: Side
    needs: str
    read: Callable[[Subject], object]
    template: str
    corner: str = ""
    lazy: bool = False
    keeps: bool = False


@dataclass(frozen=True)
class Card:
    """A panel with what it shows now; `content` is None while it waits to be seen. `folded` when its reader folded it."""

    panel: Panel
    content: object
    folded: bool = False

    @property
    def empty(self) -> bool:
        return not self.panel.lazy and not self.content

    @property
    def moves(self) -> bool:
        """Whether it is sent anew when something about the customer changed."""
        return not self.panel.lazy and not self.panel.keeps


def cards(panels: Iterable[Panel], subject: Subject, folded: frozenset[str] = frozenset()) -> list[Card]:
    """The cards that this reader may see, in the order of ``panels``; an empty one keeps its place."""
    allowed = [panel for panel in panels if subject.reader.allows(panel.needs)]
    return [Card(one, None if one.lazy else one.read(subject), one.name in folded) for one in allowed]
