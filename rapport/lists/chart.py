"""Count or sum the rows of a list by a field or by time: one statement over the filtered rows, in bounded groups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, DateField, F, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncQuarter, TruncWeek, TruncYear
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from rapport.ui.patience import TooLongError, no_longer_than
from rapport.ui.templatetags.ui import count as in_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN, OF_TIME = 25, 60
SECONDS = 10.0
STEPS: "Mapping[str, tuple[type[Any], StrOrPromise]]" = {
    "day": (TruncDay, gettext_lazy("day")),
    "week": (TruncWeek, gettext_lazy("week")),
    "month": (TruncMonth, gettext_lazy("month")),
    "quarter": (TruncQuarter, gettext_lazy("quarter")),
    "year": (TruncYear, gettext_lazy("year")),
}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
Value = Any


@dataclass(frozen=True)
class Axis:
    """What rows are grouped by. ``condition`` says a group as a pair of the list's address; None where it can't be said.

    ``words`` names the groups of a page in one go. Of a moment there are steps of time instead of single values.
    """

    name: str
    label: "StrOrPromise"
    by: Any
    condition: Callable[[Value], tuple[str, str] | None] = lambda _value: None
    words: Callable[[Sequence[Value]], Mapping[Value, str]] = lambda values: {one: str(one) for one in values}
    moment: bool = False


@dataclass(frozen=True)
class Amount:
    """What can be summed."""

    name: str
    label: "StrOrPromise"
    of: Any


@dataclass(frozen=True)
class Charts:
    """What a list can be charted by and for."""

    axes: tuple[Axis, ...] = ()
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


@dataclass(frozen=True)
class Bar:
    """A group: how many rows, what they sum up to, its share of the longest, and the list of its rows."""

    label: str
    count: int
    total: Decimal | None
    share: int
    url: str = ""

    @property
    def figure(self) -> str:
        """What the bar is as long as."""
        return in_words(self.count) if self.total is None else f"{self.total.normalize():f}"


@dataclass(frozen=True)
class Chart:
    """``others`` holds what the groups beyond the bound hold together; ``too_long`` when it did not come in time."""

    bars: tuple[Bar, ...] = ()
    others: Bar | None = None
    count: int = 0
    total: Decimal | None = None
    groups: int = 0
    too_long: bool = False

    @property
    def longest(self) -> Bar | None:
        return max(self.bars, key=lambda one: one.share, default=None)


def asked_of(charts: Charts, text: str) -> Asked | None:
    """What it gets wrong is as if it had not been said; without anything to group by there is no chart."""
    name, step, amount = (*text.split("/"), "", "", "")[:3]
    axis = next((one for one in charts.axes if one.name == name), charts.axes[0] if charts.axes else None)
    if axis is None:
        return None
    chosen = next((one for one in charts.amounts if one.name == amount), None)
    if not axis.moment:
        return Asked(axis, "", chosen)
    return Asked(axis, step if step in STEPS else "month", chosen)


def read_chart(asked: Asked, rows: QuerySet[Any], *, address: str, state: str) -> Chart:
    """``address`` is the list's, ``state`` its conditions: a group leads to the same list with one condition more."""
    try:
        with no_longer_than(SECONDS):
            return drawn(asked, grouped(asked, rows), address=address, state=state)
    except TooLongError:
        return Chart(too_long=True)


def grouped(asked: Asked, rows: QuerySet[Any]) -> list[tuple[Value, int, Decimal | None, int, Decimal | None, int]]:
    """(group, rows, sum, rows of all groups, sum of all, number of groups), the largest or the latest first."""
    by: Any = F(asked.axis.by) if isinstance(asked.axis.by, str) else asked.axis.by
    if asked.axis.moment:
        by = STEPS[asked.step][0](asked.axis.by, output_field=DateField())
    each = rows.order_by().annotate(group=by).values("group").annotate(number=Count("pk"))
    names = ["group", "number"]
    if asked.amount:
        each, names = each.annotate(amount=Sum(asked.amount.of)), [*names, "amount"]
    try:
        text, values = each.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    amount, order = ("amount", "amount") if asked.amount else ("NULL::numeric", "number")
    order = '"group" DESC NULLS LAST' if asked.axis.moment else f'{order} DESC NULLS LAST, "group"'
    columns = '"group", number' + (", amount" if asked.amount else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT "group", number, {amount}, sum(number) OVER ()::bigint, sum({amount}) OVER (), count(*) OVER ()
                FROM ({text}) AS each({columns}) ORDER BY {order} LIMIT %s""",  # noqa: S608
            [*values, OF_TIME if asked.axis.moment else SHOWN],
        )
        found: list[tuple[Value, int, Decimal | None, int, Decimal | None, int]] = cursor.fetchall()
    return found


def drawn(asked: Asked, found: Sequence[tuple[Any, ...]], *, address: str, state: str) -> Chart:
    if not found:
        return Chart()
    count, total, groups = found[0][3:]
    words = words_of(asked, [row[0] for row in found])
    sizes = [float((row[2] or 0) if asked.amount else row[1]) for row in found]
    most = max(*sizes, 0) or 1
    bars = [
        Bar(words[row[0]], row[1], row[2], max(0, round(100 * size / most)), drill(asked, row[0], address, state))
        for row, size in zip(found, sizes, strict=True)
    ]
    rest = count - sum(one.count for one in bars)
    others = None
    if rest:
        others = Bar("", rest, total - sum(one.total or 0 for one in bars) if total is not None else None, 0)
    return Chart(tuple(reversed(bars)) if asked.axis.moment else tuple(bars), others, count, total, groups)


def words_of(asked: Asked, values: Sequence[Value]) -> Mapping[Value, str]:
    """Of a group that is nothing the page says so itself."""
    known = [one for one in values if one not in {None, ""}]
    names = {one: spell(one, asked.step) for one in known} if asked.axis.moment else asked.axis.words(known)
    return {one: names.get(one, "") if one not in {None, ""} else "" for one in values}


def spell(first: date, step: str) -> str:
    match step:
        case "year":
            return str(first.year)
        case "quarter":
            return f"{first.year} Q{(first.month + 2) // 3}"
        case "month":
            return first.strftime("%Y-%m")
        case "week":
            year, week, _day = first.isocalendar()
            return f"{year} W{week:02}"
    return first.isoformat()


def drill(asked: Asked, value: Value, address: str, state: str) -> str:
    """The list with the group as a condition more; empty where it can't be said."""
    pair = pair_of(asked, value)
    if pair is None:
        return ""
    return f"{address}?{state}{'&' if state else ''}{urlencode([pair], safe='/:,')}"


def pair_of(asked: Asked, value: Value) -> tuple[str, str] | None:
    if not asked.axis.moment or value is None:
        return asked.axis.condition(value)
    first = value.date() if isinstance(value, datetime) else value
    return f"{asked.axis.name}.between", f"{first.isoformat()}/{last_of(first, asked.step).isoformat()}"


def last_of(first: date, step: str) -> date:
    if step in {"day", "week"}:
        return first + timedelta(days=0 if step == "day" else 6)
    months = first.month - 1 + MONTHS[step]
    return date(first.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def conditions_of(state: str) -> str:
    """What of a list's state chooses rows."""
    query = QueryDict(state, mutable=True)
    for name in ("sort", "columns", "chart", "view", "after", "before"):
        query.pop(name, None)
    return query.urlencode(safe="/:,")
