"""What other rooms show on the page of a deal, as the composition file names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from rapport.people.models import User
from rapport.sales.deal import Deal


@dataclass(frozen=True)
class BesideDeal:
    """``read`` says what ``template`` needs."""

    needs: str
    read: Callable[[Deal, User], Mapping[str, Any]]
    template: str


def beside(deal: Deal, *, reader: User) -> list[tuple[str, Mapping[str, Any]]]:
    """Template and what it needs, for all that the reader may see."""
    known = cast(tuple[BesideDeal, ...], import_string(settings.PANELS)["deal"])
    return [(one.template, one.read(deal, reader)) for one in known if reader.allows(one.needs)]
