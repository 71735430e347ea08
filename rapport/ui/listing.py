"""A list page, declared: columns, sorts and filters in words, with all of its state in the address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rapport.ui.keyset import Cursor, Order, Page, read_page

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Line = TypeVar("Line")
SIZE = 50
EXPORT_SIZE = 1_000
COUNTED = 1_000
Scopes = Sequence[int] | None


@dataclass(frozen=True)
class Column(Generic[Line]):
    """What a column shows of a line.

    ``shape`` is text, long (may break anywhere), whole (never breaks), moment or tags; the first one may link by ``url``.
    """

    name: str
    label: "StrOrPromise"
    value: Callable[[Line], Any]
    sort: str = ""
    numeric: bool = False
    shape: str = "text"
    url: Callable[[Line], str] | None = None
    shown: bool = True
    # What an export holds instead, where that is more than words.
    plain: Callable[[Line], Any] | None = None


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
class Filter:
    """A condition in words. ``where`` takes the chosen values and raises ValueError for what it does not understand."""

    name: str
    label: "StrOrPromise"
    sentence: "StrOrPromise"
    where: Callable[[list[str]], Q]
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    number: bool = False
    date: bool = False
    every: bool = False
    hint: "StrOrPromise" = ""


@dataclass(frozen=True)
class Control:
    """A filter as the builder shows it."""

    filter: Filter
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]

    @property
    def value(self) -> str:
        return ", ".join(self.values)

    @property
    def words(self) -> str:
        """The condition as a sentence."""
        labels = dict(self.choices)
        glue = _(" and ") if self.filter.every else _(" or ")
        return str(self.filter.sentence) % {"value": glue.join(labels.get(value, value) for value in self.values)}


@dataclass(frozen=True)
class Chip:
    """A condition that holds, and the address without it."""

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


@dataclass(frozen=True)
class Row(Generic[Line]):
    """A record as the list shows it."""

    pk: int
    line: Line
    cells: tuple[Cell[Line], ...]


@dataclass(frozen=True)
class Asked(Generic[Line]):
    """What an address asks of a list, as far as it makes sense."""

    order: Order
    sort: Sort
    columns: tuple[Column[Line], ...]
    controls: tuple[Control, ...]
    cursor: Cursor | None

    @property
    def chosen(self) -> tuple[Control, ...]:
        return tuple(control for control in self.controls if control.values)

    @property
    def where(self) -> Q:
        condition = Q()
        for control in self.chosen:
            condition &= control.filter.where(list(control.values))
        return condition

    @property
    def state(self) -> str:
        """All of it in one way of writing, save the place in the list."""
        said = [(control.filter.name, ",".join(control.values)) for control in self.chosen]
        said.append(("sort", f"{'-' if self.order.descending else ''}{self.sort.name}"))
        said.append(("columns", ",".join(column.name for column in self.columns)))
        return urlencode(said, safe=",:")


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
    count: int
    query: str
    bare: str
    sorts: tuple[tuple[str, str, bool], ...]
    beside_filters: tuple[tuple[str, str], ...]
    beside_columns: tuple[tuple[str, str], ...]
    counted: str


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
    counted: Callable[[int, bool], str]

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
        controls = tuple(control(one, query.getlist(one.name)) for one in self.filters)
        return Asked(order, sort, columns, controls, Cursor.of(query, order))

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
        asked = self.remembered(request)
        chosen = rows.filter(asked.where)
        page = read_page(chosen, asked.order, asked.cursor, SIZE, scopes)
        lines = self.load(page.ids)
        count = chosen.order_by()[: COUNTED + 1].count()
        return Shown(
            listing=self,
            asked=asked,
            headings=tuple(heading(one, asked, self.sorts, request.GET) for one in asked.columns),
            lines=tuple(Row(pk, lines[pk], cells(asked.columns, lines[pk])) for pk in page.ids if pk in lines),
            chips=tuple(Chip(one.words, address(request.GET, **{one.filter.name: None})) for one in asked.chosen),
            newer=address(request.GET, before=page.first.text) if page.newer and page.first else "",
            older=address(request.GET, after=page.last.text) if page.older and page.last else "",
            count=count,
            query=address(request.GET),
            bare=address(request.GET, **{one.name: None for one in self.filters}),
            sorts=tuple(sort_choices(self.sorts, asked)),
            beside_filters=state(request.GET, "sort", *(one.name for one in self.filters)),
            beside_columns=state(request.GET, "columns"),
            counted=self.counted(min(count, COUNTED), count > COUNTED),
        )

    def walk(self, asked: Asked[Line], rows: QuerySet[Any], scopes: Scopes) -> Iterator[list[Any]]:
        """All lines that the address asks for, from the first page on, as plain values; memory stays flat."""
        cursor: Cursor | None = None
        chosen = rows.filter(asked.where)
        while True:
            page: Page = read_page(chosen, asked.order, cursor, EXPORT_SIZE, scopes)
            lines = self.load(page.ids)
            for pk in page.ids:
                if pk in lines:
                    yield [(column.plain or column.value)(lines[pk]) for column in asked.columns]
            if not page.older or page.last is None:
                return
            cursor = page.last


def control(one: Filter, given: Sequence[str]) -> Control:
    values = tuple(
        dict.fromkeys(part.strip() for text in given for part in text.replace("\x00", "").split(",") if part.strip())
    )
    choices = tuple(one.choices()) if one.choices else ()
    if values and not understood(one, values, choices):
        values = ()
    return Control(one, values, choices)


def understood(one: Filter, values: Sequence[str], choices: Sequence[tuple[str, str]]) -> bool:
    if one.choices and not set(values) <= {value for value, _label in choices}:
        return False
    try:
        one.where(list(values))
    except (ValueError, OverflowError):
        return False
    return True


def heading(column: Column[Line], asked: Asked[Line], sorts: Sequence[Sort], query: QueryDict) -> Heading[Line]:
    """The head of ``column``: a click sorts by it, another one the other way round."""
    sort = next((one for one in sorts if one.name == column.sort), None)
    if sort is None:
        return Heading(column)
    if sort is not asked.sort:
        return Heading(column, address(query, sort=f"{'-' if sort.down_first else ''}{sort.name}"))
    turned = sort.name if asked.order.descending else f"-{sort.name}"
    return Heading(column, address(query, sort=turned), "descending" if asked.order.descending else "ascending")


def cells(columns: Sequence[Column[Line]], line: Line) -> tuple[Cell[Line], ...]:
    return tuple(Cell(column, column.value(line), column.url(line) if column.url else "") for column in columns)


def sort_choices(sorts: Sequence[Sort], asked: Asked[Line]) -> Iterator[tuple[str, str, bool]]:
    """Every order as (value, words, whether it is the present one)."""
    for sort in sorts:
        for down in (sort.down_first, not sort.down_first):
            here = sort is asked.sort and down == asked.order.descending
            yield f"{'-' if down else ''}{sort.name}", str(sort.downwards if down else sort.upwards), here


def words_of(query: QueryDict, name: str) -> list[str]:
    return [word for text in query.getlist(name) for word in text.split(",")]


def state(query: QueryDict, *without: str) -> tuple[tuple[str, str], ...]:
    """What a form carries along of the address: everything but its own fields and the place in the list."""
    return tuple(
        (name, value)
        for name, values in query.lists()
        if name not in {*without, "after", "before"}
        for value in values
        if value
    )


def address(query: QueryDict, **changes: str | None) -> str:
    """The query string with changes; it leads to the first page unless it names another."""
    new = query.copy()
    for name in ("after", "before"):
        new.pop(name, None)
    for name, value in changes.items():
        if value is None:
            new.pop(name, None)
        else:
            new[name] = value
    for name in list(new):
        new.setlist(name, [value for value in new.getlist(name) if value])
    return "?" + new.urlencode()
