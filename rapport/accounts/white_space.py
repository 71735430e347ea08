"""Read what which company of a group buys: bought, in a deal, quoted, never; and what stands behind each of these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from rapport.accounts.ground import Ground
from rapport.accounts.models import Aim
from rapport.catalogue.product import Product
from rapport.customers.circle import Branch
from rapport.people.models import User
from rapport.quotes.quote import Quote, QuoteLine, State
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.order import Order, OrderLine
from rapport.sales.pipeline import End
from rapport.sales.record_deals import squeezed

# By family, or by product; what stands in orders and not in the catalogue is one row or one each.
FAMILY, PRODUCT = "family", "product"
MOST, RECORDS = 5_000, 500
ROWS = 80


@dataclass(frozen=True)
class Key:
    """A row of the matrix: a family, a product by number, or the words of an order that the catalogue does not know."""

    family: str = ""
    product: int = 0
    words: str = ""
    outside: bool = False

    @property
    def query(self) -> dict[str, str]:
        told = {"family": self.family, "product": str(self.product or ""), "words": self.words}
        return {name: text for name, text in told.items() if text} | ({"outside": "1"} if self.outside else {})


@dataclass
class Cell:
    """What one unit buys of one row. Amounts by currency; ``last`` is the last order."""

    unit: int
    key: Key
    bought: dict[str, Decimal] = field(default_factory=dict)
    last: datetime | None = None
    deals: dict[int, str] = field(default_factory=dict)
    open: dict[str, Decimal] = field(default_factory=dict)
    quotes: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    aims: list[Aim] = field(default_factory=list)

    @property
    def sums(self) -> list[tuple[Decimal, str]]:
        return [(amount, code) for code, amount in sorted(self.bought.items())]

    @property
    def worth(self) -> list[tuple[Decimal, str]]:
        return [(amount, code) for code, amount in sorted(self.open.items())]

    @property
    def is_white(self) -> bool:
        """Nothing was ever bought, and nothing is on its way."""
        return self.last is None and not self.deals and not self.quotes


@dataclass
class Row:
    key: Key
    label: str
    cells: list[Cell]
    first: bool = False


@dataclass(frozen=True)
class Matrix:
    units: Sequence[Branch]
    rows: Sequence[Row]
    by: str
    left_out: int = 0

    @property
    def white(self) -> int:
        return sum(cell.is_white for row in self.rows for cell in row.cells)

    @property
    def number(self) -> int:
        return len(self.rows) * len(self.units)


class Shelf:
    """The catalogue, to be found by the words of orders and by number."""

    def __init__(self) -> None:
        self.products = {one.pk: one for one in Product.objects.order_by("family", "sort_key", "pk")}
        self.by_word: dict[str, int] = {}
        for pk, one in self.products.items():
            for word in (squeezed(one.number), squeezed(str(one)), squeezed(one.name)):
                self.by_word.setdefault(word, pk)

    def known(self, words: str) -> int:
        """The product that an order calls so; 0: none of ours."""
        return self.by_word.get(squeezed(words), 0)

    def key(self, by: str, product: int | None, words: str = "") -> Key:
        """The row of a product, or of what an order or a deal calls by ``words``."""
        pk = product or self.known(words)
        if not pk:
            return Key(outside=True) if by == FAMILY else Key(words=words[:200])
        return Key(family=self.products[pk].family) if by == FAMILY else Key(product=pk)

    def label(self, key: Key) -> str:
        if key.product:
            return str(self.products[key.product])
        if key.outside:
            return _("Not in the catalogue")
        return key.words or key.family or _("Without a family")

    def rows(self, by: str) -> list[Key]:
        """What we sell today."""
        current = [one for one in self.products.values() if one.retired_at is None]
        return list(dict.fromkeys(self.key(by, one.pk) for one in current))


def matrix_of(ground: Ground, aims: Iterable[Aim], *, by: str, reader: User) -> Matrix:
    """Product family or product × unit, in a fixed number of queries."""
    shelf = Shelf()
    cells: dict[tuple[Key, int], Cell] = {}

    def cell(key: Key, unit: int) -> Cell:
        return cells.setdefault((key, unit), Cell(unit, key))

    for row in bought(ground.members, reader=reader):
        one = cell(shelf.key(by, None, row["product"]), ground.of[row["order__member"]])
        code = row["order__currency"]
        one.bought[code] = one.bought.get(code, Decimal(0)) + row["sum"]
        one.last = max(filter(None, (one.last, row["last"])))
    known, of_families = list(aims), {}
    for aim in known:
        if aim.deal_id and not aim.product_id:
            of_families[aim.deal_id] = Key(family=aim.family)
    for line in deal_lines(ground.members, reader=reader):
        # A deal about a whole family names no product of it.
        of_family = None if line.product_id else of_families.get(line.deal_id)
        enter(cell(of_family or shelf.key(by, line.product_id, line.name), ground.of[line.deal.member_id or 0]), line)
    for quote, product, name, member in quoted(ground.members, reader=reader):
        cell(shelf.key(by, product, name), ground.of[member]).quotes.add(quote)
    for aim in known:
        unit = ground.of.get(aim.member_id)
        if unit:
            key = Key(family=aim.family) if by == FAMILY and not aim.product_id else shelf.key(by, aim.product_id)
            cell(key if aim.product_id or by == FAMILY else Key(family=aim.family), unit).aims.append(aim)
    return drawn(shelf, cells, ground, by)


def enter(cell: Cell, line: DealLine) -> None:
    if line.deal.closed_at is not None:
        cell.lost.add(line.deal_id)
        return
    cell.deals[line.deal_id] = line.deal.name
    if line.deal.currency:
        cell.open[line.deal.currency] = cell.open.get(line.deal.currency, Decimal(0)) + line.whole


def drawn(shelf: Shelf, cells: Mapping[tuple[Key, int], Cell], ground: Ground, by: str) -> Matrix:
    known = shelf.rows(by)
    others = sorted({key for key, _unit in cells} - set(known), key=lambda key: (key.outside, shelf.label(key)))
    keys = [*known, *others]
    rows = [
        Row(
            key,
            shelf.label(key),
            [cells.get((key, unit.customer_id)) or Cell(unit.customer_id, key) for unit in ground.units],
        )
        for key in keys[:ROWS]
    ]
    return Matrix(ground.units, rows, by, max(0, len(keys) - ROWS))


def bought(members: Sequence[int], *, reader: User) -> list[dict[str, Any]]:
    """Sums of what was ordered, by member, words and currency; a cancellation takes off what it cancels."""
    if not reader.allows("sales.view_order"):
        return []
    orders = Order.objects.visible_to(reader).filter(member__in=members)
    rows = OrderLine.objects.filter(order__in=orders).exclude(product="").order_by()
    return list(
        rows.values("order__member", "product", "order__currency").annotate(
            sum=Sum("amount"), last=Max("order__ordered_at")
        )[:MOST]
    )


def deal_lines(members: Sequence[int], *, reader: User) -> list[DealLine]:
    """What open deals, and lost ones, are about."""
    if not reader.allows("sales.view_deal"):
        return []
    deals = (
        Deal.objects.visible_to(reader).filter(member__in=members).filter(Q(closed_at=None) | Q(stage__end=End.LOST))
    )
    return list(DealLine.objects.filter(deal__in=deals).select_related("deal").order_by("pk")[:MOST])


def quoted(members: Sequence[int], *, reader: User) -> list[tuple[int, int | None, str, int]]:
    """What stands in quotes that wait for an answer: quote, product, words, member."""
    if not reader.allows("quotes.view_quote"):
        return []
    quotes = Quote.objects.visible_to(reader).filter(state=State.SENT, deal__member__in=members)
    rows = QuoteLine.objects.filter(quote__in=quotes).order_by("pk")
    return list(rows.values_list("quote", "product", "name", "quote__deal__member")[:MOST])


@dataclass(frozen=True)
class Behind:
    """All that stands behind one cell; of order lines at most `RECORDS`."""

    label: str
    cell: Cell
    lines: Sequence[OrderLine]
    more: int
    deals: Sequence[Deal]
    quotes: Sequence[Quote]
    lost: Sequence[Deal]


def behind(ground: Ground, aims: Iterable[Aim], unit: int, key: Key, *, reader: User) -> Behind | None:
    """The records of a cell; None where there is no such row."""
    by = PRODUCT if key.product or key.words else FAMILY
    shelf = Shelf()
    if key.product and key.product not in shelf.products:
        return None
    matrix = matrix_of(ground, aims, by=by, reader=reader)
    known = [cell for row in matrix.rows for cell in row.cells if cell.key == key and cell.unit == unit]
    cell = known[0] if known else Cell(unit, key)
    members = ground.members_of(unit)
    texts = [one["product"] for one in bought(members, reader=reader) if shelf.key(by, None, one["product"]) == key]
    orders = Order.objects.visible_to(reader).filter(member__in=members)
    lines = OrderLine.objects.filter(order__in=orders, product__in=texts).select_related("order")
    lines = lines.order_by("-order__ordered_at", "-pk")
    shown = list(lines[: RECORDS + 1])
    deals = Deal.objects.visible_to(reader).whole().filter(pk__in=[*cell.deals, *cell.lost]).order_by("-opened_at")
    return Behind(
        shelf.label(key),
        cell,
        shown[:RECORDS],
        max(0, len(shown) - RECORDS),
        [one for one in deals if one.pk in cell.deals],
        list(Quote.objects.visible_to(reader).filter(pk__in=cell.quotes).order_by("-created_at")),
        [one for one in deals if one.pk in cell.lost],
    )
