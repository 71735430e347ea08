"""Test a rule on the past: whom it would have fitted in the last 30 days, and what it would change; nothing is changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.customers.models import Customer
from rapport.rules.fitting import fitting, heeded, subjects_of
from rapport.rules.models import Version
from rapport.rules.then import THENS
from rapport.rules.when import Spell
from rapport.ui.patience import TooLongError, no_longer_than

DAYS = 30
SHOWN = 10
SECONDS = 10.0
PIECE = 10_000


@dataclass(frozen=True)
class Fitted:
    """A customer that it would have acted on."""

    customer: Customer
    same: bool


@dataclass(frozen=True)
class Rehearsal:
    """``changes`` of the customers that fitted are not so already; ``too_long`` when the answer did not come in time."""

    events: int = 0
    fitted: int = 0
    changes: int = 0
    sample: tuple[Fitted, ...] = ()
    too_long: bool = False

    @property
    def same(self) -> int:
        return self.fitted - self.changes


def rehearse(version: Version, *, at: datetime) -> Rehearsal:
    spell = Spell(at - timedelta(days=DAYS), at)
    try:
        with no_longer_than(SECONDS):
            events = heeded(version, spell)
            return told(version, sorted(fitting(version, subjects_of(events), spell)), events.count())
    except TooLongError:
        return Rehearsal(too_long=True)


def told(version: Version, ids: list[int], events: int) -> Rehearsal:
    then = THENS[version.then]
    same: set[int] = set()
    if then.same:
        for start in range(0, len(ids), PIECE):
            rows = Customer.objects.filter(then.same(version.said), pk__in=ids[start : start + PIECE])
            same |= set(rows.values_list("pk", flat=True))
    shown = Customer.objects.filter(pk__in=ids[-SHOWN:]).order_by("-pk")
    sample = tuple(Fitted(one, one.pk in same) for one in shown)
    return Rehearsal(events, len(ids), len(ids) - len(same), sample)
