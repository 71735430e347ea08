"""Count or sum the rows of a list by a field or by time: one statement over the filtered rows, in bounded groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, Count, DateField, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.http import QueryDict

from rapport.lists.chart import STEPS, Asked, Pair
from rapport.ui.patience import TooLongError, no_longer_than
from rapport.ui.templatetags.ui import count as in_words
from rapport.ui.templatetags.ui import money

SHOWN, OF_TIME, CURRENCIES = 25, 60, 8
SECONDS = 10.0
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Bar:
    """A group: how many rows, what they sum up to, its share of the longest, and the conditions that choose its rows.

    ``state`` is None where they can't be said.
    """

    label: str
    count: int
    total: Decimal | None
    share: int
    state: str | None = None
    currency: str | None = None

    @property
    def figure(self) -> str:
        """What the bar is as long as."""
        return in_words(self.count) if self.total is None else self.amount

    @property
    def amount(self) -> str:
        """The sum in words; of money with its currency."""
        total = self.total or Decimal()
        return f"{total.normalize():f}" if self.currency is None else money(total, self.currency)


@dataclass(frozen=True)
class Part:
    """The groups of one currency; of what is no money there is one part, with None. ``others`` are those beyond the bound."""

    currency: str | None
    bars: tuple[Bar, ...]
    others: Bar | None
    whole: Bar
    groups: int

    @property
    def longest(self) -> Bar | None:
        return max(self.bars, key=lambda one: one.share, default=None)


@dataclass(frozen=True)
class Chart:
    """Currencies are never mixed: each is a part.

    ``without`` counts the rows that hold no amount of money, ``beyond`` those in currencies beyond the bound;
    ``too_long`` when it did not come in time.
    """

    parts: tuple[Part, ...] = ()
    count: int = 0
    without: int = 0
    beyond: int = 0
    too_long: bool = False


@dataclass(frozen=True)
class Group:
    """A line of the answer: a group within a part, with what the whole part and the whole list have.

    Part None is what holds no amount.
    """

    part: str | None
    value: Any
    count: int
    total: Decimal | None
    part_count: int
    part_total: Decimal | None
    groups: int
    whole_count: int


def read_chart(asked: Asked, rows: QuerySet[Any], *, state: str) -> Chart:
    """``state`` holds the conditions of ``rows``: a group is the same list with one condition more."""
    try:
        with no_longer_than(SECONDS):
            return drawn(asked, grouped(asked, rows), state)
    except TooLongError:
        return Chart(too_long=True)


def grouped(asked: Asked, rows: QuerySet[Any]) -> list[Group]:
    """The currency of the most rows first, in it the largest group or the latest."""
    each = rows.order_by().annotate(part=part_of(asked), group=group_of(asked)).values("part", "group")
    each, names = each.annotate(number=Count("pk")), ["part", "group", "number"]
    if asked.amount:
        each, names = each.annotate(amount=Sum(asked.amount.of)), [*names, "amount"]
    try:
        text, values = each.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    amount, size = ("amount", "amount") if asked.amount else ("NULL::numeric", "number")
    order = '"group" DESC NULLS LAST' if asked.axis.moment else f'{size} DESC NULLS LAST, "group"'
    columns = 'part, "group", number' + (", amount" if asked.amount else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH each({columns}) AS ({text}),
                placed AS (
                    SELECT part, "group", number, {amount} AS amount, sum(number) OVER one AS part_count,
                           sum({amount}) OVER one AS part_total, count(*) OVER one AS groups,
                           row_number() OVER (PARTITION BY part ORDER BY {order}) AS place
                    FROM each WINDOW one AS (PARTITION BY part)
                ),
                ranked AS (
                    SELECT *, sum(number) OVER () AS whole_count,
                           dense_rank() OVER (ORDER BY part IS NULL, part_count DESC, part) AS rank FROM placed
                )
                SELECT part, "group", number, amount, part_count::bigint, part_total, groups, whole_count::bigint
                FROM ranked WHERE (rank <= {CURRENCIES} AND place <= %s) OR (part IS NULL AND place = 1)
                ORDER BY rank, place""",  # noqa: S608
            [*values, OF_TIME if asked.axis.moment else SHOWN],
        )
        return [Group(*row) for row in cursor.fetchall()]


def part_of(asked: Asked) -> Any:
    """The currency of what is summed; None where a row holds no such amount, one for all where it is no money."""
    if asked.amount is None or asked.amount.currency is None:
        return Value("")
    known = Coalesce(asked.amount.currency, Value(""), output_field=CharField())
    return Case(When(IsNull(expression(asked.amount.of), True), then=None), default=known, output_field=CharField())  # noqa: FBT003


def group_of(asked: Asked) -> Any:
    if asked.axis.moment:
        return STEPS[asked.step][0](asked.axis.by, output_field=DateField())
    return expression(asked.axis.by)


def expression(field: Any) -> Any:
    return F(field) if isinstance(field, str) else field


def drawn(asked: Asked, found: Sequence[Group], state: str) -> Chart:
    if not found:
        return Chart()
    words = words_of(asked, list(dict.fromkeys(one.value for one in found)))
    count = found[0].whole_count
    without = next((one.part_count for one in found if one.part is None), 0)
    by_part = groupby((one for one in found if one.part is not None), key=lambda one: one.part or "")
    parts = tuple(as_part(asked, currency, list(groups), words, state) for currency, groups in by_part)
    return Chart(parts, count, without, count - without - sum(one.whole.count for one in parts))


def as_part(asked: Asked, part: str, groups: Sequence[Group], words: Mapping[Any, str], state: str) -> Part:
    currency = part if asked.amount and asked.amount.currency is not None else None
    sizes = [float((one.total or 0) if asked.amount else one.count) for one in groups]
    most = max(*sizes, 0) or 1
    bars = [
        Bar(
            words[one.value],
            one.count,
            one.total,
            max(0, round(100 * size / most)),
            drill(asked, one.value, currency, state),
            currency,
        )
        for one, size in zip(groups, sizes, strict=True)
    ]
    whole = Bar("", groups[0].part_count, groups[0].part_total, 0, None, currency)
    rest = whole.count - sum(one.count for one in bars)
    others = None
    if rest:
        total = whole.total - sum(one.total or 0 for one in bars) if whole.total is not None else None
        others = Bar("", rest, total, 0, None, currency)
    return Part(currency, tuple(reversed(bars) if asked.axis.moment else bars), others, whole, groups[0].groups)


def words_of(asked: Asked, values: Sequence[Any]) -> Mapping[Any, str]:
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


def drill(asked: Asked, value: Any, currency: str | None, state: str) -> str | None:
    """The conditions of the list with those of the group; None where they can't be said."""
    pairs = list(pairs_of(asked, value, currency))
    if None in pairs:
        return None
    return "&".join(filter(None, [state, urlencode([one for one in pairs if one], safe="/:,")]))


def pairs_of(asked: Asked, value: Any, currency: str | None) -> Iterator[Pair | None]:
    if asked.axis.moment and value is not None:
        first = value.date() if isinstance(value, datetime) else value
        yield f"{asked.axis.name}.between", f"{first.isoformat()}/{last_of(first, asked.step).isoformat()}"
    else:
        yield asked.axis.condition(value)
    if currency is not None and asked.amount:
        yield asked.amount.condition(currency)


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
