"""Read what the contact policy asks of whoever something goes to: their clock, what left lately, what holds of them."""

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from rapport.consent.models import Message, State
from rapport.consent.policy import Kind, Policy, PolicyRule
from rapport.customers.models import Condition, Member
from rapport.lib.zones import main_zone


@dataclass(frozen=True)
class About:
    """Somebody as the policy sees them."""

    customer_id: int
    zone: zoneinfo.ZoneInfo
    left: Sequence[datetime] = ()
    conditions: frozenset[str] = frozenset()


def rules_now() -> list[PolicyRule]:
    """The rules in force, in the order of the table."""
    policy = Policy.objects.in_force()
    return list(policy.rules.order_by("position")) if policy else []


def about(member_ids: Iterable[int], rules: Sequence[PolicyRule], *, at: datetime) -> Mapping[int, About]:
    """Whoever these members belong to, by member; what no rule asks for is not read."""
    fields = ("pk", "customer", "customer__time_zone", "customer__country")
    members = list(Member.objects.filter(pk__in=set(member_ids)).values_list(*fields))
    customers = {customer for _pk, customer, _zone, _country in members}
    left, holds = departures(customers, rules, at=at), conditions(customers, rules)
    return {
        pk: About(
            customer,
            zone_of(zone, country),
            left.get(customer, ()),
            frozenset(holds.get(customer, ())),
        )
        for pk, customer, zone, country in members
    }


def departures(customers: set[int], rules: Sequence[PolicyRule], *, at: datetime) -> Mapping[int, Sequence[datetime]]:
    """When anything left for these customers, for whatever purpose; back as far as a rule looks."""
    days = max((one.days for one in rules if one.kind == Kind.FREQUENCY), default=0)
    if not days or not customers:
        return {}
    sent = Message.objects.filter(
        member__customer__in=customers,
        state__in=[State.SENT, State.DOUBT, State.RETURNED],
        begun_at__gt=at - timedelta(days=days),
    )
    found: dict[int, list[datetime]] = {}
    for customer, moment in sent.values_list("member__customer", "begun_at"):
        if moment:
            found.setdefault(customer, []).append(moment)
    return found


def conditions(customers: set[int], rules: Sequence[PolicyRule]) -> Mapping[int, set[str]]:
    """What holds of them, also what was said of a record before it was merged into theirs."""
    names = {one.condition for one in rules if one.kind == Kind.CONDITION}
    if not names or not customers:
        return {}
    open_ones = Condition.objects.filter(name__in=names, until=None)
    found: dict[int, set[str]] = {}
    for name, theirs in (
        *open_ones.filter(customer__in=customers).values_list("name", "customer"),
        *open_ones.annotate(now=F("customer__born__customer")).filter(now__in=customers).values_list("name", "now"),
    ):
        found.setdefault(theirs, set()).add(name)
    return found


def zone_of(zone: str, country: str) -> zoneinfo.ZoneInfo:
    """Their own zone, else the one that most people of their country live in."""
    try:
        return zoneinfo.ZoneInfo(zone or main_zone(country))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
