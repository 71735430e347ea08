"""Read from an address which spell of time, which step, which part and which breakdown of a KPI is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from rapport.insight.kpi import Dimension, Kpi
from rapport.lib.ids import number
from rapport.lib.periods import month, spell

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

YEAR, EVER = "12-months", "ever"
SPANS: "Mapping[str, StrOrPromise]" = {
    YEAR: gettext_lazy("12 months"),
    "this-month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "this-quarter": gettext_lazy("This quarter"),
    "last-quarter": gettext_lazy("Last quarter"),
    "this-year": gettext_lazy("This year"),
    "last-year": gettext_lazy("Last year"),
    EVER: gettext_lazy("Since ever"),
}
STEPS: "Mapping[str, StrOrPromise]" = {
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
}
NOTHING, NONSENSE, LONGEST = "-", object(), 400
MOST_PARTS = 6


@dataclass(frozen=True)
class Asked:
    """``first`` to the day before ``end``, or to ever; ``parts`` narrow the records by dimension and value."""

    span: str
    first: date | None
    end: date | None
    step: str
    by: Dimension
    parts: tuple[tuple[Dimension, Any], ...] = ()

    @property
    def where(self) -> list[tuple[str, Any]]:
        return [(dimension.name, value) for dimension, value in self.parts]

    @property
    def before(self) -> tuple[date, date] | None:
        """As many days directly before it."""
        if self.first is None or self.end is None:
            return None
        return self.first - (self.end - self.first), self.first

    def query(self, **changes: Any) -> str:
        """The same as an address, with changes: `first` and `end` name days, a dimension its value."""
        told: dict[str, str] = {"span": self.span, "step": self.step, "by": self.by.name}
        if self.span not in SPANS and self.first and self.end:
            told |= {"from": self.first.isoformat(), "until": (self.end - timedelta(days=1)).isoformat()}
            del told["span"]
        told |= {dimension.name: written(value) for dimension, value in self.parts}
        if "first" in changes:
            told.pop("span", None)
            told |= {"from": changes.pop("first").isoformat()}
            told |= {"until": (changes.pop("end") - timedelta(days=1)).isoformat()}
        told |= {name: written(value) for name, value in changes.items()}
        return urlencode(told)

    def without(self, dimension: Dimension) -> str:
        kept = tuple(part for part in self.parts if part[0] != dimension)
        return Asked(self.span, self.first, self.end, self.step, self.by, kept).query()


def written(value: Any) -> str:
    return NOTHING if value in {None, ""} else str(value)


def asked_of(kpi: Kpi, query: Mapping[str, str], today: date) -> Asked:
    """What it gets wrong is as if it had not been said."""
    known = {one.name: one for one in kpi.subject.dimensions}
    span, (first, end) = span_of(query, today)
    usual = "week" if span in {"this-month", "last-month"} else "month"
    step = query.get("step", "")
    parts = [(one, read(one, query[name])) for name, one in known.items() if query.get(name)]
    parts = [(one, value) for one, value in parts if value is not NONSENSE]
    return Asked(
        span,
        first,
        end,
        step if step in STEPS else usual,
        known.get(query.get("by", ""), kpi.subject.dimensions[0]),
        tuple(parts[:MOST_PARTS]),
    )


def span_of(query: Mapping[str, str], today: date) -> tuple[str, tuple[date | None, date | None]]:
    days = [day_in(query.get(name, "")) for name in ("from", "until")]
    if days[0] and days[1] and days[0] <= days[1]:
        return "", (days[0], days[1] + timedelta(days=1))
    span = query.get("span", "")
    if span == EVER:
        return EVER, (None, None)
    if span in SPANS and span != YEAR:
        return span, spell(span, today)
    now = today.year * 12 + today.month - 1
    return YEAR, (month(now - 11), month(now + 1))


def day_in(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= date(2200, 1, 1) else None


def read(dimension: Dimension, text: str) -> Any:
    """The value that it has to be, nothing for a dash."""
    if text == NOTHING:
        return None
    if dimension.numbers:
        return number(text) or NONSENSE
    return text[:LONGEST].replace("\x00", "")
