"""Read the leads that wait for somebody: what is due first stands first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils.text import Truncator

from rapport.people.models import User
from rapport.sales.lead import Lead
from rapport.sales.lead_words import Clock, clock_of
from rapport.timeline.models import Interaction
from rapport.timeline.names import Named, named

SHOWN, EXCERPT = 60, 240
ENOUGH, LATE = 99, 8


@dataclass(frozen=True)
class Line:
    """A lead that waits; no customer where none is known or its reader may not see them."""

    lead: Lead
    customer: Named | None
    clock: Clock
    excerpt: str


@dataclass(frozen=True)
class Inbox:
    lines: Sequence[Line]
    number: int
    mine: int
    nobodys: int
    every: int

    @property
    def rest(self) -> int:
        return self.number - len(self.lines)


def inbox(reader: User, *, whose: str, at: datetime) -> Inbox:
    """``whose``: "mine", "nobodys", "all", or "" for what its reader can do something about."""
    seen = Lead.objects.visible_to(reader).active()
    mine, nobodys = Q(owner=reader), Q(owner=None)
    numbers = seen.order_by().aggregate(
        mine=Count("pk", filter=mine), nobodys=Count("pk", filter=nobodys), every=Count("pk")
    )
    chosen = {"mine": mine, "nobodys": nobodys, "all": Q()}.get(whose, mine | nobodys)
    number = {"mine": numbers["mine"], "nobodys": numbers["nobodys"], "all": numbers["every"]}
    shown = due_first(seen.filter(chosen).select_related("source", "owner", "interaction"))[:SHOWN]
    return Inbox(lines(shown, reader=reader, at=at), number.get(whose, numbers["mine"] + numbers["nobodys"]), **numbers)


def due_first(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Whoever waits for an answer, by the moment of it; behind them those who have one, the longest quiet first."""
    return leads.order_by(F("answered_at").asc(nulls_first=True), F("answer_by").asc(nulls_last=True), "came_at", "pk")


def lines(leads: QuerySet[Lead], *, reader: User, at: datetime) -> list[Line]:
    found = list(leads)
    names = named((one.member_id for one in found), reader=reader)
    readable = set(
        Interaction.objects.visible_to(reader)
        .filter(pk__in=[one.interaction_id for one in found if one.interaction_id])
        .values_list("pk", flat=True)
    )
    return [
        Line(
            one,
            names.get(one.member_id or 0),
            clock_of(one, at=at),
            excerpt(one) if one.interaction_id in readable else "",
        )
        for one in found
    ]


def excerpt(lead: Lead) -> str:
    text = lead.interaction.text if lead.interaction else ""
    return Truncator(" ".join(text.split())).chars(EXCERPT)


def waiting(user: User) -> int:
    """What stands at the room's name: one's own and nobody's that wait for an answer."""
    if not user.allows("sales.view_lead"):
        return 0
    found = Lead.objects.visible_to(user).unanswered().filter(Q(owner=user) | Q(owner=None))
    return found[:ENOUGH].count()


def late_for(user: User, *, at: datetime) -> list[Line]:
    """What ``user`` should have answered by now."""
    late = Lead.objects.visible_to(user).unanswered().filter(owner=user, answer_by__lt=at)
    return lines(due_first(late.select_related("source", "owner", "interaction"))[:LATE], reader=user, at=at)
