"""Declare the list of a record type: who may see it, its rows as far as they may, and what is read of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.module_loading import import_string

from rapport.lists.chart import Charts
from rapport.people.models import User
from rapport.ui.listing import Listing, Scopes

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# What stands in the address of a list beside its conditions.
BESIDE = {"sort", "columns", "chart", "view", "after", "before"}


@dataclass(frozen=True)
class RecordList:
    """One list. ``rows`` are those that its reader may see, ``scopes`` what its pages are merged from.

    ``begins`` is what its bare address asks for, as long as its reader chose no view to begin with; nothing: everything.
    """

    name: str
    title: "StrOrPromise"
    needs: str
    exports: str
    page: str
    listing: Callable[[User], Listing[Any]]
    rows: Callable[[User], QuerySet[Any]]
    charts: Callable[[User], Charts]
    scopes: Callable[[User], Scopes] = lambda _user: None
    begins: str = ""

    @property
    def address(self) -> str:
        return reverse(self.page)

    def state(self, query: QueryDict | str, reader: User) -> str:
        """What an address asks for, in one way of writing; what it gets wrong is left out."""
        listing = self.listing(reader)
        return listing.asked(QueryDict(query) if isinstance(query, str) else query).state

    def words(self, query: QueryDict | str, reader: User) -> list[str]:
        """The conditions of an address as sentences."""
        tree = self.listing(reader).asked(QueryDict(query) if isinstance(query, str) else query).tree
        return [*(one.words for one in tree.conditions), *(one.words for one in tree.groups.values())]

    def not_known(self, query: QueryDict | str, reader: User) -> list[str]:
        """What an address asks for and this list does not know or can't do; its pages leave that out."""
        query, listing = QueryDict(query) if isinstance(query, str) else query, self.listing(reader)
        tree = listing.asked(query).tree
        strange = [
            f"{name}={text}" for name, texts in query.lists() for text in texts if name not in tree.names | BESIDE
        ]
        closed = [f"{name}={text}" for name in tree.withheld for text in query.getlist(name)]
        return [*([tree.refused] if tree.refused else []), *tree.left_out, *closed, *strange]

    def chosen(self, query: QueryDict | str, reader: User) -> QuerySet[Any]:
        """Every row that an address asks for, whatever the page: for charts, exports and work on the whole result."""
        asked = self.listing(reader).asked(QueryDict(query) if isinstance(query, str) else query)
        return asked.of(self.rows(reader))


@dataclass(frozen=True)
class Deeds:
    """What a reader can do to many rows of a list at once; ``url`` is where the chosen ones are sent."""

    url: str
    deeds: Sequence[Any]


def deeds_of(kept: RecordList, reader: User) -> Deeds | None:
    """None where nothing can be done to many, or not by this reader."""
    asked = cast(Mapping[str, Callable[[User], Deeds]], import_string(settings.PANELS)["deeds"]).get(kept.name)
    found = asked(reader) if asked else None
    return found if found and found.deeds else None


def record_lists() -> tuple[RecordList, ...]:
    """Every list there is, as the composition file names them."""
    return cast(tuple[RecordList, ...], import_string(settings.PANELS)["lists"])


def record_list(name: str, reader: User) -> RecordList | None:
    """The list ``name``, unless its reader may not see it."""
    return next((one for one in record_lists() if one.name == name and reader.allows(one.needs)), None)
