"""Read what was changed lately: who did what to whom, and whether it can still be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from rapport.customers.models import Customer, Member
from rapport.fields.sensitivity import graded_once
from rapport.journal.change import Change
from rapport.journal.ways_back import way_back
from rapport.people.models import User
from rapport.ui.keyset import Cursor, Order, Page, read_page

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIZE = 30
BY_AGE = Order("at", descending=True, kind=datetime)


@dataclass(frozen=True)
class Line:
    """A change as a page shows it; ``customers`` are those that the reader may see."""

    change: Change
    title: "StrOrPromise"
    words: "StrOrPromise"
    icon: str
    customers: tuple[Customer, ...]
    open: bool
    url: str


@dataclass(frozen=True)
class Recent:
    lines: tuple[Line, ...]
    page: Page


def recent(reader: User, place: Cursor | None, *, of: User | None = None, at: datetime) -> Recent:
    """The newest first: one's own, or those that the reader may see of others too."""
    rows = Change.objects.visible_to(reader)
    rows = rows.filter(by=of) if of else rows
    page = read_page(rows, BY_AGE, place, SIZE, None)
    return Recent(tuple(lines_of(in_order(Change.objects.all(), page.ids), reader=reader, at=at)), page)


def in_order(rows: QuerySet[Change], ids: Sequence[int]) -> list[Change]:
    found = rows.select_related("by", "undone_by").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def of_customer(member_ids: Iterable[int], *, reader: User, at: datetime) -> list[Line]:
    """The newest changes of the records that a customer is made of, as far as the reader may take them back."""
    homes = list(Member.objects.filter(pk__in=member_ids).values_list("home_id", flat=True))
    rows = Change.objects.visible_to(reader).filter(customer_ids__overlap=homes)
    newest = rows.select_related("by", "undone_by").order_by("-at", "-pk")[:SIZE]
    return lines_of(list(newest), reader=reader, at=at)


def lines_of(changes: Sequence[Change], *, reader: User, at: datetime) -> list[Line]:
    wanted = {pk for one in changes for pk in one.customer_ids}
    seen = Customer.objects.visible_to(reader).in_bulk(wanted) if wanted else {}
    with graded_once():
        return [line_of(one, seen, reader=reader, at=at) for one in changes]


def line_of(one: Change, seen: Mapping[int, Customer], *, reader: User, at: datetime) -> Line:
    way = way_back(one)
    told = way.words(one) if all(pk in seen for pk in one.customer_ids) or one.by_id == reader.pk else ""
    return Line(
        one,
        one.title,
        told,
        way.icon,
        tuple(seen[pk] for pk in one.customer_ids if pk in seen),
        one.is_open(at) and reader.allows(way.needs),
        way.url(one) if way.url else "",
    )
