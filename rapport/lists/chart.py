"""Say what a list can be charted by, and read what an address asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models.functions import TruncDay, TruncMonth, TruncQuarter, TruncWeek, TruncYear
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STEPS: "Mapping[str, tuple[type[Any], StrOrPromise]]" = {
    "day": (TruncDay, gettext_lazy("day")),
    "week": (TruncWeek, gettext_lazy("week")),
    "month": (TruncMonth, gettext_lazy("month")),
    "quarter": (TruncQuarter, gettext_lazy("quarter")),
    "year": (TruncYear, gettext_lazy("year")),
}
Value = Any
# A condition as it stands in the address of a list.
Pair = tuple[str, str]


@dataclass(frozen=True)
class Axis:
    """What rows are grouped by. ``condition`` says a group as a pair of the list's address; None where it can't be said.

    ``words`` names the groups of a page in one go. Of a moment there are steps of time instead of single values.
    """

    name: str
    label: "StrOrPromise"
    by: Any
    condition: Callable[[Value], Pair | None] = lambda _value: None
    words: Callable[[Sequence[Value]], Mapping[Value, str]] = lambda values: {one: str(one) for one in values}
    moment: bool = False


@dataclass(frozen=True)
class Amount:
    """What can be summed. Of money ``currency`` is what each row's stands in; ``condition`` says one currency's rows."""

    name: str
    label: "StrOrPromise"
    of: Any
    currency: Any = None
    condition: Callable[[str], Pair | None] = lambda _currency: None


@dataclass(frozen=True)
class Charts:
    """What a list can be charted by, one at least, and what can be summed of it."""

    axes: tuple[Axis, ...]
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as ``chart=created/month/stars``."""

    axis: Axis
    step: str = ""
    amount: Amount | None = None

    @property
    def text(self) -> str:
        return "/".join((self.axis.name, self.step, self.amount.name if self.amount else "")).rstrip("/")


def asked_of(charts: Charts, text: str) -> Asked:
    """What it gets wrong is as if it had not been said."""
    name, step, amount = (*text.split("/"), "", "", "")[:3]
    axis = next((one for one in charts.axes if one.name == name), charts.axes[0])
    chosen = next((one for one in charts.amounts if one.name == amount), None)
    if not axis.moment:
        return Asked(axis, "", chosen)
    return Asked(axis, step if step in STEPS else "month", chosen)
