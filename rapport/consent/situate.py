"""Read what the contact policy asks of whoever something goes to: their clock, what left lately, what holds of them."""

import zoneinfo
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.consent.circle import Circle
from rapport.consent.models import LEFT, Message
from rapport.consent.policy import Kind, Policy, PolicyRule
from rapport.customers.models import Condition
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
    return list(PolicyRule.objects.filter(policy=Policy.objects.approved().values("pk")[:1]).order_by("position"))


def about(
    member_ids: Iterable[int], rules: Sequence[PolicyRule], circle: Circle, *, at: datetime
) -> Mapping[int, About]:
    """Whoever these members belong to, by member; what no rule asks for is not read."""
    whose = {one: circle.customers[one] for one in member_ids if one in circle.customers}
    wanted = set(whose.values())
    theirs = {member: customer for member, customer in circle.customers.items() if customer in wanted}
    names = {one.condition for one in rules if one.kind == Kind.CONDITION}
    left, holds = departures(theirs, rules, at=at), conditions(theirs, circle.homes, names)
    return {
        pk: About(
            customer,
            zone_of(*circle.places[customer]),
            left.get(customer, ()),
            frozenset(holds.get(customer, ())),
        )
        for pk, customer in whose.items()
    }


def departures(
    customers: Mapping[int, int], rules: Sequence[PolicyRule], *, at: datetime
) -> Mapping[int, Sequence[datetime]]:
    """When anything left for the customers of these members, for whatever purpose; back as far as a rule looks."""
    days = max((one.days for one in rules if one.kind == Kind.FREQUENCY), default=0)
    if not days or not customers:
        return {}
    sent = Message.objects.filter(
        member__in=customers,
        state__in=LEFT,
        begun_at__gt=at - timedelta(days=days),
    )
    found: dict[int, list[datetime]] = {}
    for member, moment in sent.values_list("member", "begun_at"):
        if member and moment:
            found.setdefault(customers[member], []).append(moment)
    return found


def conditions(
    customers: Mapping[int, int], homes: Mapping[int, int], names: Collection[str]
) -> Mapping[int, set[str]]:
    """What of ``names`` holds of the customers of these members, also what was said of a record before it was merged into theirs."""
    if not names or not customers:
        return {}
    now: dict[int, set[int]] = {}
    for member, customer in customers.items():
        now.setdefault(homes[member], set()).add(customer)
        now.setdefault(customer, set()).add(customer)
    found: dict[int, set[str]] = {}
    open_ones = Condition.objects.filter(name__in=names, until=None, customer__in=now)
    for name, customer in open_ones.values_list("name", "customer"):
        for theirs in now[customer]:
            found.setdefault(theirs, set()).add(name)
    return found


def zone_of(zone: str, country: str) -> zoneinfo.ZoneInfo:
    """Their own zone, else the one that most people of their country live in."""
    try:
        return zoneinfo.ZoneInfo(zone or main_zone(country))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
