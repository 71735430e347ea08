"""Read an ordered table page by page without counting or skipping: every page is as quick as the first."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Field, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict

from rapport.lib.moments import in_utc

LARGEST_ID = 2**63 - 1
LONGEST_NUMBER = 30


@dataclass(frozen=True)
class Order:
    """By one field, then by id, both the same way; what has no value comes last either way."""

    field: str
    descending: bool = False
    kind: type = str
    nullable: bool = False


@dataclass(frozen=True)
class Cursor:
    """A place in an order: the row with this value and id; reading goes on after it, or backwards before it."""

    value: str | datetime | date | Decimal | int | None
    pk: int
    backwards: bool = False
    # How many rows come before this place: for telling it, never for finding it.
    passed: int = 0

    @property
    def text(self) -> str:
        value = packed(self.value)
        parts = [value, self.pk, self.passed] if self.passed else [value, self.pk]
        said = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(said).decode().rstrip("=")

    @classmethod
    def of(cls, query: QueryDict, order: Order) -> "Cursor | None":
        """The place that an address names; one that can't be read is the beginning."""
        text = query.get("after") or query.get("before") or ""
        try:
            value, pk, *rest = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if isinstance(value, dict):
                value = unpacked(value)
        except (ValueError, TypeError, KeyError, RecursionError, InvalidOperation, binascii.Error):
            return None
        if isinstance(value, str) and ("\x00" in value or not value.isprintable()):
            return None
        understood = isinstance(value, order.kind) or (value is None and order.nullable)
        if not understood or type(pk) is not int or not 0 <= pk <= LARGEST_ID:
            return None
        passed = rest[0] if rest and type(rest[0]) is int and 0 <= rest[0] <= LARGEST_ID else 0
        return cls(value, pk, backwards="after" not in query, passed=passed)


def packed(value: object) -> object:
    """A value as JSON holds it; what JSON has no word for says its kind."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def unpacked(told: dict[str, str]) -> datetime | date | Decimal:
    if "on" in told:
        return date.fromisoformat(told["on"])
    if "number" in told:
        number = Decimal(told["number"])
        if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
            raise ValueError(told["number"])
        return number
    return in_utc(datetime.fromisoformat(told["at"]))


@dataclass(frozen=True)
class Page:
    """The ids of one page in order, and whether there is something on either side."""

    ids: tuple[int, ...]
    first: Cursor | None
    last: Cursor | None
    newer: bool
    older: bool
    passed: int = 0


EMPTY = Page((), None, None, newer=False, older=False)


def read_page(
    rows: QuerySet[Any], order: Order, cursor: Cursor | None, size: int, scopes: Sequence[int] | None
) -> Page:
    """One page of ``rows``, in one query.

    With ``scopes`` the table's `scope` is read one value at a time and merged, so that an index that leads with it
    serves the order; None reads all of it.
    """
    if rows.query.is_empty():
        return EMPTY
    backwards = cursor is not None and cursor.backwards
    found = list(ordered(rows, order, cursor, size + 1, scopes))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    passed = max(0, cursor.passed - len(found) * backwards) if cursor else 0
    places = [Cursor(value, pk, passed=passed + number) for number, (pk, value) in enumerate(found, 1)]
    return Page(
        ids=tuple(pk for pk, _value in found),
        first=replace(places[0], passed=passed) if places else None,
        last=places[-1] if places else None,
        newer=more if backwards else cursor is not None,
        older=True if backwards else more,
        passed=passed,
    )


def ordered(
    rows: QuerySet[Any], order: Order, cursor: Cursor | None, size: int, scopes: Sequence[int] | None
) -> QuerySet[Any, tuple[int, Any]]:
    """Ids and values of up to ``size`` rows from ``cursor`` on; each part reads an index in its order and stops."""
    backwards = cursor is not None and cursor.backwards
    down = order.descending is not backwards
    # Within a stretch this is how an index that puts what has no value last is read, either way round.
    inner = ordering(order, down=down, empty_last=down)
    wholes = [rows] if scopes is None else [rows.filter(scope=scope) for scope in scopes]
    parts = [
        whole.filter(part).order_by(*inner).values_list("pk", order.field)[:size]
        for whole in wholes
        for part in stretches(order, cursor)
    ]
    if len(parts) == 1:
        return parts[0]
    outer = ordering(order, down=down, empty_last=not backwards)
    return parts[0].union(*parts[1:], all=True).order_by(*outer)[:size]


def ordering(order: Order, *, down: bool, empty_last: bool) -> tuple[OrderBy, OrderBy]:
    nulls = {"nulls_last" if empty_last else "nulls_first": True} if order.nullable else {}
    return OrderBy(F(order.field), descending=down, **nulls), OrderBy(F("pk"), descending=down)


def stretches(order: Order, cursor: Cursor | None) -> Iterator[Q | Any]:
    """The conditions of what lies beyond ``cursor``: among rows with a value, and among those without."""
    filled, empty = Q(**{f"{order.field}__isnull": False}), Q(**{f"{order.field}__isnull": True})
    if cursor is None:
        yield from [filled, empty] if order.nullable else [Q()]
        return
    down = order.descending is not cursor.backwards
    beyond = LessThan if down else GreaterThan
    if cursor.value is None:
        yield empty & Q(**{f"pk__{'lt' if down else 'gt'}": cursor.pk})
        if cursor.backwards:
            yield filled
        return
    # One comparison of rows, which an index answers from the right place on, however many values are equal.
    yield Q(beyond(row(F(order.field), F("pk")), row(Value(cursor.value), Value(cursor.pk))))
    if order.nullable and not cursor.backwards:
        yield empty


def row(*values: F | Value) -> Func:
    kind: Field[Any, Any] = TextField()
    return Func(*values, function="ROW", output_field=kind)
