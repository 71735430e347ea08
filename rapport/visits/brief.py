"""Read the one page before a visit: who it is, what is open, what was said last, what they might want."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, QuerySet, Sum

from rapport.agenda.open_tasks import OpenTask, open_tasks
from rapport.channels.inbound import Channel
from rapport.consent.marks import MARKS
from rapport.customers.known import Tie, listed, ties_of, ways_of
from rapport.customers.models import Condition, Customer, Identifier
from rapport.customers.veil import thin
from rapport.customers.wishes import Wish, wishes_of
from rapport.people.models import User
from rapport.sales.deals_with import Open, open_with
from rapport.sales.order import Order, OrderLine
from rapport.timeline.read import Entry, Filters, timeline_of
from rapport.visits.day import points_of
from rapport.visits.route import Point

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LAST_WORDS, TIES, REPEATS = 4, 6, 4
# What people said: receipts and payments stand with what they buy.
SAID = Filters(channels=tuple(one.value for one in Channel if one not in {Channel.SYSTEM, Channel.STORE}))
YEAR = timedelta(days=365)
# Bought so often, a rhythm can be told; due when this much of it has passed.
TIMES, PATIENCE = 3, 1.2


@dataclass(frozen=True)
class Rhythm:
    """A product that they buy again and again, and would by now."""

    product: str
    every: int
    since: int


@dataclass(frozen=True)
class Bought:
    """What they ordered in a year, by currency, and when last."""

    orders: int
    sums: Sequence[tuple[Decimal, str]]
    last_at: datetime | None


@dataclass(frozen=True)
class Brief:
    customer: Customer
    point: Point | None
    ways: Sequence[Identifier]
    ties: Sequence[Tie]
    conditions: "Sequence[tuple[StrOrPromise, str]]"
    wishes: Sequence[Wish]
    deals: Sequence[Open]
    tasks: Sequence[OpenTask]
    words: Sequence[Entry]
    bought: Bought
    rhythms: Sequence[Rhythm]


def brief_of(customer: Customer, *, reader: User, at: datetime) -> Brief:
    """All of it, in a fixed number of queries; ``reader`` may see the customer."""
    members = list(customer.members.values_list("pk", flat=True))
    orders = Order.objects.visible_to(reader).filter(member__in=members)
    return Brief(
        customer=thin(customer, reader=reader),
        point=points_of([customer.pk], reader=reader).get(customer.pk),
        ways=[one for one in ways_of(customer, reader=reader) if one.kind in {"phone", "email"}],
        ties=listed(ties_of(customer, reader=reader))[:TIES],
        conditions=[
            (MARKS.get(one.name, one.name), one.evidence)
            for one in Condition.objects.filter(customer=customer, until=None).order_by("since", "pk")
        ],
        wishes=list(wishes_of(members, at=at)),
        deals=[one for one in open_with(members, reader=reader, at=at) if one.deal.closed_at is None],
        tasks=open_tasks(members, reader=reader, at=at),
        words=timeline_of(members, reader=reader, filters=SAID, limit=LAST_WORDS).entries,
        bought=bought(orders, at),
        rhythms=rhythms(list(orders.values_list("pk", flat=True)), at),
    )


def bought(every: QuerySet[Order], at: datetime) -> Bought:
    sums = every.filter(ordered_at__gt=at - YEAR).values("currency").annotate(sum=Sum("total"), number=Count("pk"))
    rows = list(sums.order_by("-sum"))
    last = every.aggregate(last=Max("ordered_at"))["last"]
    return Bought(sum(row["number"] for row in rows), [(row["sum"], row["currency"]) for row in rows], last)


def rhythms(order_ids: Sequence[int], at: datetime) -> list[Rhythm]:
    """What they have bought at least three times and, by their own mean interval, would have bought again by now."""
    rows = (
        OrderLine.objects.filter(order__in=order_ids, quantity__gt=0)
        .exclude(product="")
        .values("product")
        .annotate(times=Count("order", distinct=True), first=Min("order__ordered_at"), last=Max("order__ordered_at"))
        .filter(times__gte=TIMES)
    )
    found = []
    for row in rows:
        every = (row["last"] - row["first"]) / (row["times"] - 1)
        since = at - row["last"]
        # What was last bought very long ago has another reason.
        if every > timedelta(days=1) and every * PATIENCE < since < every * 6:
            found.append(Rhythm(row["product"], every.days, since.days))
    return sorted(found, key=lambda one: one.since / one.every, reverse=True)[:REPEATS]
