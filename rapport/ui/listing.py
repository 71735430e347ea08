"""A list page, declared: columns, sorts and filters in words, with all of its state in the address."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rapport.ui.addresses import address, state, without, words_of
from rapport.ui.conditions import Filter, Tree, read_tree
from rapport.ui.counting import Count, count
from rapport.ui.keyset import EMPTY, Cursor, Order, Page, read_page
from rapport.ui.patience import TooLongError, no_longer_than

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Line = TypeVar("Line")
SIZE = 50
EXPORT_SIZE = 1_000
SECONDS = 4.0
CHART = re.compile(r"[\w/.:-]{1,100}")
Scopes = Sequence[int] | None


def nothing(_line: Any) -> None:
    return None


@dataclass(frozen=True)
class Column(Generic[Line]):
    """What a column shows of a line.

    ``shape`` is text, long (may break anywhere), whole (never breaks), moment, day, tags or ticks (each a `Tick`); the first one may link by ``url``.
    """

    name: str
    label: "StrOrPromise"
    value: Callable[[Line], Any] = nothing
    sort: str = ""
    numeric: bool = False
    shape: str = "text"
    # Where the first column leads: with a picture of the name it shows (`url`), or as plain words (`link`).
    url: Callable[[Line], str] | None = None
    link: Callable[[Line], str] | None = None
    shown: bool = True
    # What an export holds instead, where that is more than words.
    plain: Callable[[Line], Any] | None = None
    # Instead of `value`, read for all lines of a page at once, only where it is shown.
    beside: Callable[[Sequence[int]], Mapping[int, Any]] | None = None
    # Where a value is changed in its cell; empty when the reader may not.
    change: Callable[[Line], str] | None = None


@dataclass(frozen=True)
class Sort:
    """An order that an index serves. ``downwards`` says which way it goes when it is first chosen."""

    name: str
    label: "StrOrPromise"
    field: str
    upwards: "StrOrPromise"
    downwards: "StrOrPromise"
    kind: type = str
    nullable: bool = False
    down_first: bool = False


@dataclass(frozen=True)
class Chip:
    """Conditions that hold, and the address without them."""

    words: str
    without: str


@dataclass(frozen=True)
class Heading(Generic[Line]):
    """The head of a column; ``sorted`` is what aria-sort says."""

    column: Column[Line]
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Cell(Generic[Line]):
    column: Column[Line]
    value: Any
    url: str = ""
    change: str = ""
    link: str = ""


@dataclass(frozen=True)
class Row(Generic[Line]):
    """A record as the list shows it."""

    pk: int
    line: Line
    cells: tuple[Cell[Line], ...]
    peek: str = ""


@dataclass(frozen=True)
class Asked(Generic[Line]):
    """What an address asks of a list, as far as it makes sense."""

    order: Order
    sort: Sort
    columns: tuple[Column[Line], ...]
    tree: Tree
    cursor: Cursor | None
    # A chart of the same rows that is kept along, as it says itself.
    chart: str = ""

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of ``rows`` that fulfil the conditions; none when these are refused."""
        return rows.none() if self.tree.refused else rows.filter(self.tree.where)

    @property
    def state(self) -> str:
        """All of it in one way of writing, save the place in the list."""
        said = list(self.tree.pairs())
        said.append(("sort", f"{'-' if self.order.descending else ''}{self.sort.name}"))
        said.append(("columns", ",".join(column.name for column in self.columns)))
        said += [("chart", self.chart)] if self.chart else []
        return urlencode(said, safe="/:,")


@dataclass(frozen=True)
class Shown(Generic[Line]):
    """A list as the page shows it."""

    listing: "Listing[Line]"
    asked: Asked[Line]
    headings: tuple[Heading[Line], ...]
    lines: tuple[Row[Line], ...]
    chips: tuple[Chip, ...]
    newer: str
    older: str
    count: Count
    query: str
    bare: str
    sorts: tuple[tuple[str, str, bool], ...]
    beside_filters: tuple[tuple[str, str], ...]
    beside_columns: tuple[tuple[str, str], ...]
    counted: str
    trouble: str
    passed: int


@dataclass(frozen=True)
class Listing(Generic[Line]):
    """One list of the application.

    ``load`` reads the lines of a page by their ids, in a fixed number of queries; ``counted`` says how many there are
    in words (the number, and whether there are more than that).
    """

    name: str
    columns: tuple[Column[Line], ...]
    sorts: tuple[Sort, ...]
    filters: tuple[Filter, ...]
    sort: str
    load: Callable[[Sequence[int]], Mapping[int, Line]]
    counted: Callable[[Count], str]
    # The address of a short page of a line, shown beside the list.
    peek: Callable[[Line], str] | None = None
    # What others may ask by and this reader may not, by the names of the conditions.
    closed: "Mapping[str, StrOrPromise]" = field(default_factory=dict)

    def asked(self, query: QueryDict, remembered: Sequence[str] = ()) -> Asked[Line]:
        """Read an address; what it gets wrong is left out, as if it had not been said."""
        name = query.get("sort", "")
        by_name = {sort.name: sort for sort in self.sorts}
        if name.removeprefix("-") not in by_name:
            name = self.sort
        sort = by_name[name.removeprefix("-")]
        order = Order(sort.field, name.startswith("-"), sort.kind, sort.nullable)
        chosen = words_of(query, "columns") or remembered
        columns = tuple(one for one in self.columns if one.name in chosen) or tuple(
            one for one in self.columns if one.shown
        )
        if self.columns[0] not in columns:
            columns = (self.columns[0], *columns)
        tree = read_tree(self.filters, query, self.closed)
        return Asked(order, sort, columns, tree, Cursor.of(query, order), kept_chart(query))

    def remembered(self, request: HttpRequest) -> Asked[Line]:
        """What the address asks for, in the columns that were chosen last in this session."""
        memory = f"columns of {self.name}"
        said = words_of(request.GET, "columns")
        chosen = [one.name for one in self.columns if one.name in said]
        # A view brings its own; they are not what one chose for the list.
        if chosen and not request.GET.get("view", "").isdigit():
            request.session[memory] = chosen
        return self.asked(request.GET, request.session.get(memory, ()))

    def show(self, request: HttpRequest, rows: QuerySet[Any], scopes: Scopes) -> Shown[Line]:
        """The page of ``rows`` that the address asks for."""
        asked, query = self.remembered(request), request.GET
        chosen, trouble = asked.of(rows), asked.tree.refused
        try:
            page = in_time(asked, chosen, scopes)
        except TooLongError:
            page, trouble = EMPTY, _("These conditions take too long.")
        lines = tuple(
            Row(pk, one, cells(asked.columns, one, values), self.peek(one) if self.peek else "")
            for pk, one, values in self.read(page.ids, asked)
        )
        whole = not page.ids or (asked.cursor is None and not page.older)
        number = Count(len(page.ids)) if whole else count(chosen)
        return Shown(
            listing=self,
            asked=asked,
            headings=tuple(heading(one, asked, self.sorts, query) for one in asked.columns),
            lines=lines,
            chips=tuple(chips(asked.tree, query)),
            newer=address(query, before=page.first.text) if page.newer and page.first else "",
            older=address(query, after=page.last.text) if page.older and page.last else "",
            count=number,
            query=address(query),
            bare=address(query, **dict.fromkeys(asked.tree.names)),
            sorts=tuple(sort_choices(self.sorts, asked)),
            beside_filters=state(query, {"sort", *asked.tree.names}),
            beside_columns=state(query, {"columns"}),
            counted=self.counted(number),
            trouble=trouble,
            passed=page.passed,
        )

    def read(
        self, ids: Sequence[int], asked: Asked[Line], *, plain: bool = False
    ) -> Iterator[tuple[int, Line, list[Any]]]:
        """The lines of ``ids`` in their order, each with the values of its columns, in a fixed number of queries."""
        lines = self.load(ids)
        beside = {column.name: column.beside(ids) for column in asked.columns if column.beside}
        for pk in ids:
            if pk in lines:
                yield pk, lines[pk], [value_of(one, pk, lines[pk], beside, plain=plain) for one in asked.columns]

    def walk(self, asked: Asked[Line], rows: QuerySet[Any], scopes: Scopes) -> Iterator[list[Any]]:
        """All lines that the address asks for, from the first page on, as plain values; memory stays flat."""
        cursor: Cursor | None = None
        chosen = asked.of(rows)
        while True:
            page = read_page(chosen, asked.order, cursor, EXPORT_SIZE, scopes)
            yield from (values for _pk, _line, values in self.read(page.ids, asked, plain=True))
            if not page.older or page.last is None:
                return
            cursor = page.last


def kept_chart(query: QueryDict) -> str:
    said = query.get("chart", "")
    return said if CHART.fullmatch(said) else ""


def in_time(asked: Asked[Any], rows: QuerySet[Any], scopes: Scopes) -> Page:
    """A page; with conditions no index may serve, for no longer than somebody would wait."""
    if not asked.tree:
        return read_page(rows, asked.order, asked.cursor, SIZE, scopes)
    with no_longer_than(SECONDS):
        return read_page(rows, asked.order, asked.cursor, SIZE, scopes)


def value_of(column: Column[Line], pk: int, line: Line, beside: Mapping[str, Mapping[int, Any]], *, plain: bool) -> Any:
    if column.name in beside:
        return beside[column.name].get(pk)
    return column.plain(line) if plain and column.plain else column.value(line)


def chips(tree: Tree, query: QueryDict) -> Iterator[Chip]:
    """Each condition, and each group, as it stands above the list."""
    for one in tree.conditions:
        yield Chip(one.words, without(query, [said_as(query, one.name, one.text)]))
    for key, group in tree.groups.items():
        pairs = [(name, text) for name in tree.names if name.startswith(f"{key}.") for text in query.getlist(name)]
        yield Chip(group.words, without(query, pairs))


def said_as(query: QueryDict, name: str, text: str) -> tuple[str, str]:
    """The pair as it stands in the address, which may hold blanks that mean nothing."""
    squeezed = text.replace(" ", "")
    return name, next((said for said in query.getlist(name) if said.replace(" ", "") == squeezed), text)


def heading(column: Column[Line], asked: Asked[Line], sorts: Sequence[Sort], query: QueryDict) -> Heading[Line]:
    """The head of ``column``: a click sorts by it, another one the other way round."""
    sort = next((one for one in sorts if one.name == column.sort), None)
    if sort is None:
        return Heading(column)
    if sort is not asked.sort:
        return Heading(column, address(query, sort=f"{'-' if sort.down_first else ''}{sort.name}"))
    turned = sort.name if asked.order.descending else f"-{sort.name}"
    return Heading(column, address(query, sort=turned), "descending" if asked.order.descending else "ascending")


def cells(columns: Sequence[Column[Line]], line: Line, values: Sequence[Any]) -> tuple[Cell[Line], ...]:
    pairs = zip(columns, values, strict=True)
    return tuple(
        Cell(
            column,
            value,
            url=column.url(line) if column.url else "",
            change=column.change(line) if column.change else "",
            link=column.link(line) if column.link else "",
        )
        for column, value in pairs
    )


def sort_choices(sorts: Sequence[Sort], asked: Asked[Line]) -> Iterator[tuple[str, str, bool]]:
    """Every order as (value, words, whether it is the present one)."""
    for sort in sorts:
        for down in (sort.down_first, not sort.down_first):
            here = sort is asked.sort and down == asked.order.descending
            yield f"{'-' if down else ''}{sort.name}", str(sort.downwards if down else sort.upwards), here
