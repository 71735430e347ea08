"""What rooms further down the river add to a list: columns and conditions over what they hold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.ui.conditions import Filter
from rapport.ui.listing import Column

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def none(_reader: User) -> Sequence[Any]:
    return ()


@dataclass(frozen=True)
class More:
    """Columns and conditions, for readers who may see what they tell of."""

    needs: str
    columns: Callable[[User], Sequence[Column[Any]]] = none
    filters: Callable[[User], Sequence[Filter]] = none


def more_of(name: str, reader: User) -> Iterator[More]:
    """What the composition file adds to the list ``name`` for this reader."""
    return (one for one in added_to(name) if reader.allows(one.needs))


def kept_from(name: str, reader: User) -> "dict[str, StrOrPromise]":
    """The conditions that it adds for others than this reader, by their names."""
    closed = (one for one in added_to(name) if not reader.allows(one.needs))
    return {condition.name: condition.label for one in closed for condition in one.filters(reader)}


def added_to(name: str) -> tuple[More, ...]:
    return cast(tuple[More, ...], import_string(settings.PANELS).get(f"list of {name}", ()))
