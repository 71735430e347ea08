"""Change what is said of a deal; what somebody else changed meanwhile is not overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from rapport.journal.rows import changed, image
from rapport.people.models import User
from rapport.sales.about_deal import tell
from rapport.sales.deal import Deal

FIELDS = ("name", "owner", "amount", "currency", "probability", "closes_on", "next_step", "next_step_on")


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed since it was read: what it is now, and what it should become."""

    field: str
    now: Any
    wanted: Any


def plain(value: object) -> str:
    """A value of a field as it is compared and sent along: "" for nothing, a user by number."""
    if value is None:
        return ""
    if isinstance(value, User):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def as_read(deal: Deal) -> dict[str, str]:
    """What stands in each of `FIELDS`, to be sent along with a change."""
    return {name: plain(getattr(deal, name)) for name in FIELDS}


@transaction.atomic
def change_deal(
    deal_id: int, wanted: Mapping[str, Any], *, was: Mapping[str, str] | None, by: User, at: datetime
) -> list[Clash]:
    """Set the ``wanted`` values of `FIELDS`; ``was`` is what `as_read` said when they were read, None: whatever it was.

    A field that is otherwise since, and not as wanted, is a clash: then nothing is set at all.
    """
    deal = Deal.objects.select_for_update().get(pk=deal_id)
    before, now = image(deal), as_read(deal)
    read = now if was is None else was
    asked = {
        name: value for name, value in wanted.items() if name in FIELDS and plain(value) != read.get(name, now[name])
    }
    clashes = [
        Clash(name, getattr(deal, name), value)
        for name, value in asked.items()
        if now[name] not in {read.get(name, now[name]), plain(value)}
    ]
    fresh = {name: value for name, value in asked.items() if now[name] != plain(value)}
    if deal.lines.exists():
        # They follow what the deal is about.
        fresh = {name: value for name, value in fresh.items() if name not in {"amount", "currency"}}
    if clashes or not fresh:
        return clashes
    for name, value in fresh.items():
        setattr(deal, name, value)
    if deal.amount is None:
        deal.currency = ""
    deal.save()
    tell(deal, [changed(deal, before)], "changed", by=by, at=at)
    return []
