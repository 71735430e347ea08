"""What rooms further down the river add to a list: columns and conditions over what they hold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.ui.conditions import Filter
from rapport.ui.listing import Column


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
    added = cast(tuple[More, ...], import_string(settings.PANELS).get(f"list of {name}", ()))
    return (one for one in added if reader.allows(one.needs))
