"""Read the targets of a period, in the organisation's currency."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from rapport.people.models import User
from rapport.people.unit import Unit
from rapport.sales.convert import Rates
from rapport.sales.period import Period
from rapport.sales.target import Target


@dataclass(frozen=True)
class Targets:
    """By user and by unit; ``currencies`` could not be converted."""

    users: Mapping[int, Decimal] = field(default_factory=dict)
    units: Mapping[int, Decimal] = field(default_factory=dict)
    currencies: frozenset[str] = frozenset()


def targets_of(period: Period, *, rates: Rates, today: date) -> Targets:
    """Those of the period itself; of a quarter for which none was said those of its months together.

    A unit for which none was said has what its people and the units below it have.
    """
    users, units, missing = declared(period, rates, today)
    months: tuple[defaultdict[int, Decimal], defaultdict[int, Decimal]] = (defaultdict(Decimal), defaultdict(Decimal))
    for part in period.parts() if period.months > 1 else ():
        *told, unknown = declared(part, rates, today)
        missing |= unknown
        for sums, amounts in zip(months, told, strict=True):
            for pk, amount in amounts.items():
                sums[pk] += amount
    users, units = {**months[0], **users}, {**months[1], **units}
    return Targets(users, with_people(units, users), frozenset(missing))


def declared(period: Period, rates: Rates, today: date) -> tuple[dict[int, Decimal], dict[int, Decimal], set[str]]:
    users: dict[int, Decimal] = {}
    units: dict[int, Decimal] = {}
    missing = set()
    for one in Target.objects.of(period):
        rate = rates.at(one.currency, today)
        if rate is None:
            missing.add(one.currency)
        elif one.user_id:
            users[one.user_id] = one.amount * rate
        elif one.unit_id:
            units[one.unit_id] = one.amount * rate
    return users, units, missing


def with_people(said: Mapping[int, Decimal], users: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What was said of a unit, else what is below it."""
    below: defaultdict[int | None, list[int]] = defaultdict(list)
    for pk, parent in Unit.objects.values_list("pk", "parent"):
        below[parent].append(pk)
    own: defaultdict[int, Decimal] = defaultdict(Decimal)
    for pk, unit in User.objects.filter(pk__in=list(users)).values_list("pk", "team__unit"):
        if unit:
            own[unit] += users[pk]
    found: dict[int, Decimal] = {}

    def walk(unit: int) -> Decimal:
        beneath = own[unit] + sum((walk(child) for child in below[unit]), Decimal(0))
        amount = said.get(unit, beneath)
        if amount:
            found[unit] = amount
        return amount

    for top in below[None]:
        walk(top)
    return found


def sellers() -> QuerySet[User]:
    """Whoever may have a target: those who work with deals."""
    return User.objects.who_may("sales.change_deal").order_by("name", "pk")
