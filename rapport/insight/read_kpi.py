"""Read a KPI for somebody: its figure, how it went, what it is made of, and the records behind each of these."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt
from types import SimpleNamespace
from typing import Any

from rapport.insight.asked import STEPS, Asked
from rapport.insight.kpi import Better, Kpi, Unit
from rapport.people.models import User
from rapport.ui.patience import no_longer_than

SECONDS, SHOWN, PAGE = 20.0, 30, 100
SURE = 1.96


@dataclass(frozen=True)
class Told:
    """A figure with what it was reckoned from; ``unknown`` records could not be counted."""

    kpi: Kpi
    counted: int = 0
    unknown: int = 0
    sums: Mapping[str, Decimal] | None = None
    figure: Decimal | None = None

    @property
    def few(self) -> bool:
        """Too few records to conclude anything from."""
        return self.counted < self.kpi.least

    @property
    def between(self) -> tuple[Decimal, Decimal] | None:
        """Of a share: where it lies with 95 % certainty (Wilson), reckoned from so few."""
        if self.kpi.unit != Unit.SHARE or not self.kpi.counted or not self.counted or self.figure is None:
            return None
        return wilson(self.figure, self.counted)


@dataclass(frozen=True)
class Part:
    """A figure of one step of time or of one value, with the address of its records and its share of the longest bar."""

    label: str
    told: Told
    records: str
    only: str = ""
    share: int = 0


@dataclass(frozen=True)
class Report:
    told: Told
    before: Told | None
    trend: Sequence[Part]
    parts: Sequence[Part]
    others: Told | None

    @property
    def better(self) -> bool | None:
        """Whether it went the good way against as long before; None where either says too little."""
        now, then = self.told.figure, self.before.figure if self.before else None
        if now is None or then is None or now == then or self.told.few or (self.before and self.before.few):
            return None
        return (now > then) == (self.told.kpi.better == Better.MORE)


@dataclass(frozen=True)
class Line:
    """A record behind a figure. No label where its reader may not see it any more."""

    pk: int
    day: date
    known: bool
    label: str
    url: str
    values: Sequence[tuple[Any, Decimal | None]]


def engine() -> Any:
    """What reads tables with Ibis takes half a second to load: only who asks for a KPI waits for it."""
    return importlib.import_module("rapport.insight.engine")


def span(asked: Asked, days: tuple[date | None, date | None] | None = None) -> Any:
    return engine().Span(*(days or (asked.first, asked.end)))


def figure_of(kpi: Kpi, asked: Asked, *, reader: User) -> tuple[Told, Told | None]:
    """The figure, and that of as many days before. Raises TooLongError."""
    with no_longer_than(SECONDS):
        now = as_told(kpi, engine().whole(kpi, span(asked), asked.where, reader=reader))
        before = asked.before
        if before is None:
            return now, None
        return now, as_told(kpi, engine().whole(kpi, span(asked, before), asked.where, reader=reader))


def report_of(kpi: Kpi, asked: Asked, *, reader: User) -> Report:
    """All that the page of a KPI shows. Raises TooLongError."""
    before = None
    with no_longer_than(SECONDS):
        if asked.before:
            before = as_told(kpi, engine().whole(kpi, span(asked, asked.before), asked.where, reader=reader))
        steps = engine().trend(kpi, span(asked), asked.where, asked.step, reader=reader)
        groups = engine().breakdown(kpi, span(asked), asked.where, asked.by.name, SHOWN, reader=reader)
    trend = [(row[0], as_told(kpi, row[1:])) for row in steps]
    told = added_up(kpi, [one for _key, one in trend])
    parts = [(row[0], as_told(kpi, row[1:])) for row in groups]
    most = max((abs(one.figure) for _key, one in (*trend, *parts) if one.figure is not None), default=Decimal(0))
    names = asked.by.words([key for key, _told in parts if key not in {None, ""}])
    return Report(
        told,
        before,
        [
            Part(step_name(first, asked.step), one, records_in(asked, as_day(first)), share=share(one, most))
            for first, one in trend
        ],
        [
            Part(
                names.get(key, ""),
                one,
                asked.query(**{asked.by.name: key}),
                asked.query(**{asked.by.name: key}),
                share(one, most),
            )
            for key, one in parts
        ],
        rest(told, [one for _key, one in parts]),
    )


def records_in(asked: Asked, first: date) -> str:
    """The address of a step's records: of the whole step, as far as it lies in what is asked for."""
    end = step_end(first, asked.step)
    first = max(first, asked.first) if asked.first else first
    return asked.query(first=first, end=min(end, asked.end) if asked.end else end)


def records_of(
    kpi: Kpi, asked: Asked, *, after: tuple[date, int] | None, most: int = PAGE, reader: User
) -> tuple[list[Line], bool]:
    """A page of the records behind a figure, and whether there are more. Raises TooLongError."""
    with no_longer_than(SECONDS):
        rows = engine().records(kpi, span(asked), asked.where, after, most + 1, reader=reader)
    names = kpi.subject.load([row[0] for row in rows[:most]], reader)
    lines = [
        Line(
            row[0],
            row[1],
            bool(row[2]),
            *names.get(row[0], ("", "")),
            [(measure, decimal(value)) for measure, value in zip(kpi.measures, row[3:], strict=True)],
        )
        for row in rows[:most]
    ]
    return lines, len(rows) > most


def as_told(kpi: Kpi, row: Sequence[Any]) -> Told:
    counted, unknown, *sums, figure = row
    known = {one.name: decimal(value) or Decimal(0) for one, value in zip(kpi.measures, sums, strict=True)}
    return Told(kpi, counted, unknown, known, decimal(figure))


def added_up(kpi: Kpi, parts: Sequence[Told]) -> Told:
    """The whole of its steps: a figure is reckoned from sums alone, so that it needs no reading of its own."""
    sums = {one.name: sum(((part.sums or {})[one.name] for part in parts), Decimal(0)) for one in kpi.measures}
    counted, unknown = sum(one.counted for one in parts), sum(one.unknown for one in parts)
    return Told(kpi, counted, unknown, sums, kpi.figure(SimpleNamespace(**sums)))


def rest(told: Told, shown: Sequence[Told]) -> Told | None:
    """What lies beyond the values shown, reckoned from what is left of the sums."""
    counted = told.counted - sum(one.counted for one in shown)
    unknown = told.unknown - sum(one.unknown for one in shown)
    if not counted and not unknown:
        return None
    sums = {
        name: value - sum(((one.sums or {})[name] for one in shown), Decimal(0))
        for name, value in (told.sums or {}).items()
    }
    return Told(told.kpi, counted, unknown, sums, told.kpi.figure(SimpleNamespace(**sums)))


def share(told: Told, most: Decimal) -> int:
    return max(0, round(100 * told.figure / most)) if told.figure is not None and most else 0


def wilson(part: Decimal, number: int) -> tuple[Decimal, Decimal]:
    """The interval of a share that was counted among ``number``."""
    p, n = float(part), number
    middle = (p + SURE**2 / (2 * n)) / (1 + SURE**2 / n)
    reach = SURE * sqrt(p * (1 - p) / n + SURE**2 / (4 * n * n)) / (1 + SURE**2 / n)
    return Decimal(max(0.0, middle - reach)), Decimal(min(1.0, middle + reach))


def decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def as_day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value  # type: ignore[no-any-return]


def step_name(first: Any, step: str) -> str:
    day = as_day(first)
    if step == "quarter":
        return f"{day.year} Q{(day.month + 2) // 3}"
    if step == "month":
        return day.strftime("%Y-%m")
    year, week, _day = day.isocalendar()
    return f"{year} W{week:02}"


def step_end(first: date, step: str) -> date:
    """The day after its last."""
    if step not in STEPS or step == "week":
        return first + timedelta(days=7)
    months = first.year * 12 + first.month - 1 + (1 if step == "month" else 3)
    return date(months // 12, months % 12 + 1, 1)
