"""A panel: a piece of the customer page that another room may fill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from rapport.agenda.open_tasks import OpenTask, open_tasks
from rapport.customers.models import Customer
from rapport.customers.preference import Preference
from rapport.customers.wishes import Wishes, said_of, wishes
from rapport.people.models import User
from rapport.timeline.models import Tally

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Subject:
    """Whose page it is, who reads it, and when."""

    customer: Customer
    member_ids: Sequence[int]
    reader: User
    at: datetime

    @cached_property
    def tasks(self) -> list[OpenTask]:
        """What is open with them, read once for all who show it."""
        return open_tasks(self.member_ids, reader=self.reader, at=self.at)

    @cached_property
    def said(self) -> list[Preference]:
        """What they ever asked of us, read once for all who show it."""
        return said_of(self.member_ids)

    @cached_property
    def wishes(self) -> Wishes:
        return wishes(self.said, at=self.at)

    @cached_property
    def tallies(self) -> list[Tally]:
        """How often each channel was used, read once for all who show it."""
        return list(Tally.objects.filter(member__in=self.member_ids))


class Side(StrEnum):
    WHO = "who"
    NOW = "now"


@dataclass(frozen=True)
class Panel:
    """A card of the page. What ``read`` answers is `panel` in ``template``; an empty answer hides the card.

    A lazy one is read when its place scrolls into sight. One that ``keeps`` looks for news itself, so that what is
    being written in it stays.
    """

    name: str
    title: "StrOrPromise"
    side: Side
    needs: str
    read: Callable[[Subject], object]
    template: str
    icon: str = ""
    lazy: bool = False
    keeps: bool = False


@dataclass(frozen=True)
class Card:
    """A panel with what it shows now; `content` is None while it waits to be seen."""

    panel: Panel
    content: object


def cards(panels: Sequence[Panel], subject: Subject, side: Side) -> list[Card]:
    """The cards of one side that have something to show to this reader."""
    allowed = [panel for panel in panels if panel.side is side and subject.reader.allows(panel.needs)]
    read = (Card(panel, None if panel.lazy else panel.read(subject)) for panel in allowed)
    return [card for card in read if card.panel.lazy or card.content]
