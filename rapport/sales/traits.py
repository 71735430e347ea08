"""What was known of deals, and when: by whom, through which pipeline, about what, with whom, after how many others."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

from django.db.models import QuerySet
from django.utils.timezone import localtime

from rapport.sales.deal import Deal, Move
from rapport.sales.deal_line import DealLine
from rapport.sales.lead import Lead
from rapport.sales.pipeline import End
from rapport.sales.score import NEWEST, Ended

FIRST, WON_BEFORE, LOST_BEFORE, NOBODY = "first", "won before", "lost before", "unknown"


@dataclass
class Past:
    """When each customer's deals ended, and which were won: asked as of a moment."""

    ended: dict[int, list[tuple[datetime, bool]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, customers: Iterable[int]) -> "Past":
        found = cls()
        closed = Deal.objects.exclude(closed_at=None).filter(member__customer__in=set(customers))
        for customer, moment, end in closed.order_by("closed_at", "pk").values_list(
            "member__customer", "closed_at", "stage__end"
        ):
            if customer and moment:
                found.ended[customer].append((moment, end == End.WON))
        return found

    def before(self, customer: int | None, moment: datetime) -> str:
        if customer is None:
            return NOBODY
        theirs = self.ended.get(customer, [])
        earlier = theirs[: bisect_right(theirs, moment, key=itemgetter(0))]
        if any(won for _moment, won in earlier):
            return WON_BEFORE
        return LOST_BEFORE if earlier else FIRST


def ended_deals() -> list[Ended]:
    """The newest that were won or lost, with what was known of them when they were opened."""
    found = list(of_deals(Deal.objects.exclude(closed_at=None).order_by("-closed_at", "-pk"))[:NEWEST])
    traits, stages = traits_of(found), stages_of(found)
    return [
        Ended(
            opened=localtime(one.opened_at).date(),
            closed=localtime(one.closed_at).date(),
            won=one.stage.end == End.WON,
            traits=traits[one.pk],
            stages=tuple(stages[one.pk]),
        )
        for one in found
        if one.closed_at
    ]


def of_deals(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    return deals.select_related("stage", "pipeline", "owner", "member")


def traits_of(deals: Iterable[Deal]) -> dict[int, dict[str, str]]:
    """By deal what was known when it was opened, in four queries however many there are."""
    found = list(deals)
    ids = [one.pk for one in found]
    past = Past.of(one.member.customer_id for one in found if one.member)
    about: dict[int, str] = {}
    lines = DealLine.objects.filter(deal__in=ids).order_by("deal", "place", "pk")
    for deal, product, name in lines.values_list("deal", "product__name", "name"):
        about.setdefault(deal, product or name)
    asked = dict(Lead.objects.filter(deal__in=ids).values_list("deal", "source__name"))
    return {
        one.pk: {
            "owner": one.agent or str(one.owner),
            "pipeline": str(one.pipeline),
            "product": about.get(one.pk, ""),
            "source": asked.get(one.pk, ""),
            "customer": past.before(one.member.customer_id if one.member else None, one.opened_at),
        }
        for one in found
    }


def stages_of(deals: Iterable[Deal]) -> dict[int, list[tuple[date, str]]]:
    """Since which day each was in which open stage."""
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    moves = Move.objects.filter(deal__in=[one.pk for one in deals], to_stage__end=End.OPEN).order_by("at", "pk")
    for deal, moment, stage in moves.values_list("deal", "at", "to_stage__name"):
        found[deal].append((localtime(moment).date(), stage))
    return found
