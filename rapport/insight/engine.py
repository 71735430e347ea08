"""Compile table expressions for PostgreSQL and run them on our own connection; loaded when the first KPI is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone
from ibis.backends.sql.compilers.postgres import compiler
from ibis.expr.types import BooleanValue, Table

from rapport.insight.facts import FACTS
from rapport.insight.kpi import Kpi
from rapport.people.models import User
from rapport.sales.changes_of_forecast import first_day

STEPS = {"week": "W", "month": "M", "quarter": "Q"}
COUNTED, UNKNOWN, FIGURE, GROUP = "counted", "left_out", "figure", "group"
# What a condition of an address asks for: a dimension and the number, text or nothing that it has to be.
Where = Sequence[tuple[str, Any]]
Row = tuple[Any, ...]


@dataclass
class Tables:
    """The facts by name, as attributes; remembers which of them an expression was made of."""

    asked: dict[str, Table] = field(default_factory=dict)
    span: "Span | None" = None

    def about(self, rows: Table, moment: str) -> Table:
        """Those whose ``moment`` lies in the time that is asked for, or a day beside it: an index finds them."""
        if self.span and self.span.first:
            rows = rows.filter(rows[moment] >= at_noon(self.span.first - timedelta(days=2)))
        if self.span and self.span.end:
            rows = rows.filter(rows[moment] < at_noon(self.span.end + timedelta(days=1)))
        return rows

    @property
    def this_month(self) -> date:
        """Its first day: what is said of it has not come true or false yet."""
        return timezone.localdate().replace(day=1)

    @property
    def written_since(self) -> date:
        """The first day on which somebody wrote down how deals stand; today as long as nobody did."""
        return first_day() or timezone.localdate()

    def __getattr__(self, name: str) -> Table:
        if name not in FACTS:
            raise AttributeError(name)
        if name not in self.asked:
            self.asked[name] = ibis.table(dict(FACTS[name].columns), name=name)
        return self.asked[name]


@dataclass(frozen=True)
class Span:
    """From a day to the day before ``end``; None: since ever, for ever."""

    first: date | None
    end: date | None


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def chosen(kpi: Kpi, tables: Tables, span: Span, where: Where) -> Table:
    """The records of the KPI in that span that are as asked."""
    tables.span = span
    rows = kpi.records(tables)
    if span.first:
        rows = rows.filter(rows.day >= span.first)
    if span.end:
        rows = rows.filter(rows.day < span.end)
    for name, value in where:
        rows = rows.filter(rows[name].isnull() if value is None else rows[name] == value)
    return rows


def summed(kpi: Kpi, rows: Table, group: Any = None) -> Table:
    """The sums of the measures and the figure that is reckoned from them, for each group or of all."""
    sums = {one.name: rows[one.name].sum(where=rows.known) for one in kpi.measures}
    counts = {COUNTED: rows.count(where=rows.known), UNKNOWN: rows.count(where=~rows.known)}
    if group is None:
        told = rows.aggregate(**counts, **sums)
    else:
        told = rows.group_by(**{GROUP: group}).aggregate(**counts, **sums)
    return told.mutate(**{FIGURE: kpi.figure(told)})


def whole(kpi: Kpi, span: Span, where: Where, *, reader: User) -> Row:
    """Counted, left out, the sums, and the figure."""
    tables = Tables()
    return answer(summed(kpi, chosen(kpi, tables, span, where)), tables, reader=reader)[0]


def trend(kpi: Kpi, span: Span, where: Where, step: str, *, reader: User) -> list[Row]:
    """The same for each step of time, the oldest first, with its first day before it."""
    tables = Tables()
    rows = chosen(kpi, tables, span, where)
    told = summed(kpi, rows, rows.day.truncate(STEPS[step]))
    return answer(told.order_by(GROUP), tables, reader=reader)


def breakdown(kpi: Kpi, span: Span, where: Where, by: str, most: int, *, reader: User) -> list[Row]:
    """The same for each value of a dimension, those of the most records first."""
    tables = Tables()
    rows = chosen(kpi, tables, span, where)
    told = summed(kpi, rows, rows[by])
    order = [ibis.desc(told[COUNTED] + told[UNKNOWN]), told[GROUP]]
    return answer(told.order_by(order).limit(most), tables, reader=reader)


def records(
    kpi: Kpi, span: Span, where: Where, after: tuple[date, int] | None, most: int, *, reader: User
) -> list[Row]:
    """The records themselves: id, day, known and the measures; the newest first, on from the one named by ``after``."""
    tables = Tables()
    rows = chosen(kpi, tables, span, where)
    if after:
        rows = rows.filter(behind(rows, *after))
    told = rows.select("id", "day", "known", *(one.name for one in kpi.measures))
    return answer(told.order_by([ibis.desc(told.day), ibis.desc(told.id)]).limit(most), tables, reader=reader)


def behind(rows: Table, day: date, number: int) -> BooleanValue:
    return (rows.day < day) | ((rows.day == day) & (rows.id < number))


def answer(told: Table, tables: Tables, *, reader: User) -> list[Row]:
    """Run it over what ``reader`` may see: each table is the statement that applies the one rule of access."""
    text = compiler.to_sqlglot(told).sql("postgres").replace("%", "%%")
    parts, values = [], list[Any]()
    for name in tables.asked:
        facts = FACTS[name]
        try:
            sql, params = facts.rows(reader)
        except EmptyResultSet:
            sql, params = f"SELECT {', '.join(['NULL'] * len(facts.columns))} WHERE false", ()
        columns = ", ".join(f'"{one}"' for one in facts.columns)
        parts.append(f'"{name}" ({columns}) AS NOT MATERIALIZED ({sql})')
        values += params
    # Of an expression that repeats itself the compiler makes such tables of its own; they stand behind ours.
    text = f", {text[5:]}" if text.startswith("WITH ") else f" {text}"
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)}{text}", values)
        return list(cursor.fetchall())
