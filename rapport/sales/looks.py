"""The ways to look at the same deals; those of other rooms as the composition file names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Look:
    """A page of deals that takes the conditions of their list in its address."""

    url_name: str
    label: "StrOrPromise"
    icon: str
    needs: str = "sales.view_deal"


OURS = (
    Look("sales:board", gettext_lazy("Board"), icon="layout-kanban"),
    Look("sales:deals", gettext_lazy("List"), icon="list"),
    Look("sales:calendar", gettext_lazy("Calendar"), icon="calendar"),
)


def looks_of(reader: User, *, without: str) -> Sequence[Look]:
    """All that the reader may open but the page they are on."""
    further = cast(tuple[Look, ...], import_string(settings.PANELS)["looks at deals"])
    return [one for one in (*OURS, *further) if one.url_name != without and reader.allows(one.needs)]
