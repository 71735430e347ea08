"""Set targets of periods: an amount for a person or a unit, or none any more; or all of them as they were in the period before."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from rapport.sales.period import Period
from rapport.sales.target import Target

# Whose: a person's id, or a unit's.
Whose = tuple[str, int]


@transaction.atomic
def set_targets(amounts: Mapping[tuple[Whose, Period], Decimal | None], *, currency: str) -> int:
    """None takes one away. How many are otherwise now."""
    changed = 0
    for ((kind, pk), period), amount in amounts.items():
        whose = {f"{kind}_id": pk, "first": period.first, "months": period.months}
        known = Target.objects.select_for_update().filter(**whose).first()
        if amount is None:
            changed += 1 if known and known.delete()[0] else 0
        elif known is None:
            Target.objects.create(**whose, amount=amount, currency=currency)
            changed += 1
        elif (known.amount, known.currency) != (amount, currency):
            known.amount, known.currency = amount, currency
            known.save(update_fields=["amount", "currency"])
            changed += 1
    return changed


@transaction.atomic
def copy_targets(period: Period) -> int:
    """From the period before, where none is set yet; how many were."""
    known = set(Target.objects.of(period).values_list("user", "unit"))
    before = Target.objects.of(period.shifted(-1))
    fresh = [
        Target(
            user_id=one.user_id,
            unit_id=one.unit_id,
            first=period.first,
            months=period.months,
            amount=one.amount,
            currency=one.currency,
        )
        for one in before
        if (one.user_id, one.unit_id) not in known
    ]
    return len(Target.objects.bulk_create(fresh, ignore_conflicts=True))
