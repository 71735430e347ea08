"""What the filters of the trail offer."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from rapport.audit.tables import sealed_tables
from rapport.people.models import User
from rapport.trail.names import ROOMS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KINDS: "tuple[tuple[str, StrOrPromise], ...]" = (
    ("added", _("Added")),
    ("changed", _("Changed")),
    ("deleted", _("Removed")),
    ("fact", _("Facts")),
    ("reading", _("Sensitive fields shown")),
    ("rows forgotten", _("Erasures")),
)


def kinds() -> "tuple[tuple[str, StrOrPromise], ...]":
    return KINDS


def rooms() -> "list[tuple[str, StrOrPromise]]":
    """The rooms that have sealed tables, by what people call them."""
    found = {label.partition(".")[0] for label in sealed_tables()}
    return sorted(((room, called(room)) for room in found), key=lambda one: str(one[1]).casefold())


def called(room: str) -> "StrOrPromise":
    return ROOMS.get(room) or apps.get_app_config(room).verbose_name


def people(reader: User) -> list[User]:
    """Whose doing the reader may look at."""
    rows = User.objects.order_by("name", "email")
    if reader.sees_all:
        return list(rows)
    return [one for one in rows if one.pk == reader.pk or one.team_id in reader.oversees]
