"""Read the hand-overs that wait for somebody: what is due first stands first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from rapport.handovers.handover import OPEN, THEIRS, Handover, State
from rapport.handovers.words import clock_of
from rapport.people.models import User
from rapport.sales.lead_words import Clock
from rapport.timeline.names import Named, named

SHOWN, FEW, ENOUGH = 60, 8, 99


@dataclass(frozen=True)
class Line:
    """One that waits; no customer where its reader may not see them. ``back``: why it was sent back."""

    handover: Handover
    customer: Named | None
    clock: Clock
    back: str = ""


@dataclass(frozen=True)
class Inbox:
    lines: Sequence[Line]
    number: int
    receive: int
    send: int
    every: int

    @property
    def rest(self) -> int:
        return self.number - len(self.lines)


def to_receive(user: User) -> Q:
    """What waits for an answer of ``user``: taken by them, or by nobody yet in their team."""
    free = Q(state=State.SENT) & (Q(team__in=user.teams_joined) | Q(team=None))
    return free | Q(state=State.TAKEN, taken_by=user)


def to_send(user: User) -> Q:
    """What ``user`` has to write or complete, and what of theirs is under way."""
    return Q(state__in=OPEN, sender=user)


def inbox(reader: User, *, whose: str, at: datetime) -> Inbox:
    """``whose``: "send", "all", or "" for what its reader is to answer."""
    seen = Handover.objects.visible_to(reader).filter(state__in=OPEN)
    receive, send = to_receive(reader), to_send(reader)
    numbers = seen.order_by().aggregate(
        receive=Count("pk", filter=receive), send=Count("pk", filter=send), every=Count("pk")
    )
    chosen = {"send": send, "all": Q()}.get(whose, receive)
    number = {"send": numbers["send"], "all": numbers["every"]}.get(whose, numbers["receive"])
    shown = lines(due_first(seen.filter(chosen))[:SHOWN], reader=reader, at=at)
    return Inbox(shown, number, **numbers)


def due_first(handovers: QuerySet[Handover]) -> QuerySet[Handover]:
    return handovers.order_by(F("due_at").asc(nulls_last=True), "opened_at", "pk")


def lines(handovers: QuerySet[Handover], *, reader: User, at: datetime) -> list[Line]:
    found = list(handovers.select_related("deal", "station", "team", "sender", "taken_by").prefetch_related("steps"))
    names = named((one.deal.member_id for one in found), reader=reader)
    return [Line(one, names.get(one.deal.member_id or 0), clock_of(one, at=at), why_back(one)) for one in found]


def why_back(handover: Handover) -> str:
    """What whoever sent it back says is missing."""
    if handover.state != State.RETURNED:
        return ""
    said = [one for one in handover.steps.all() if one.kind == "returned"]
    return max(said, key=lambda one: (one.at, one.pk)).words if said else ""


def waiting(user: User) -> int:
    """What stands at the room's name: what its reader is to answer, and what came back to them."""
    if not user.allows("handovers.change_handover"):
        return 0
    mine = to_receive(user) | Q(state=State.RETURNED, sender=user)
    return Handover.objects.visible_to(user).filter(mine)[:ENOUGH].count()


def pressing_for(user: User, *, at: datetime) -> list[Line]:
    """What ``user`` should have answered by now, what came back to them, and what waits to be handed over by them."""
    if not user.allows("handovers.change_handover"):
        return []
    late = to_receive(user) & Q(due_at__lt=at, state__in=THEIRS)
    mine = Q(state__in=(State.RETURNED, State.DRAFT), sender=user)
    found = Handover.objects.visible_to(user).filter(late | mine)
    return lines(due_first(found)[:FEW], reader=user, at=at)
