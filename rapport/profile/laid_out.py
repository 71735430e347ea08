"""Read how the page is laid out for a role, and what its reader has folded away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string

from rapport.customers.models import Kind
from rapport.fields.models import CustomField, groups_of, living
from rapport.lib.names import fold_key
from rapport.people.models import User
from rapport.people.roles import Role, may
from rapport.profile.models import LONGEST, Fold, Layout
from rapport.profile.panel import Panel, Side
from rapport.profile.place import COLUMNS, Places, as_places

MORE = "more"


@dataclass(frozen=True)
class Kept:
    """What was arranged for a reader's role and kind of customer, and what they folded themselves."""

    places: Places = field(default_factory=Places)
    folded: frozenset[str] = frozenset()


def kept_for(reader: User, kind: str) -> Kept:
    """In one query."""
    layout = Layout.objects.of(reader.role, kind).values(said=JSONObject(**dict(zip(COLUMNS, COLUMNS, strict=True))))
    folded = ArraySubquery(Fold.objects.filter(user=reader.pk).values("panel"))
    row = User.objects.filter(pk=reader.pk).values_list(Subquery(layout[:1]), folded).first()
    said, names = row or (None, [])
    return Kept(as_places(said or {}), frozenset(names))


def arranged(role: Role, kind: Kind) -> Places:
    layout = Layout.objects.of(role, kind).first()
    return as_places({column: getattr(layout, column) for column in COLUMNS}) if layout else Places()


def panels_of(kind: str, fields: Sequence[CustomField]) -> list[Panel]:
    """The panels of the page in their standard order; each group of own fields has one, behind the own fields."""
    panels = cast(tuple[Panel, ...], import_string(settings.PANELS)["customer"])
    groups = [panel_of(group) for group in groups_of(living(fields, kind))]
    found: list[Panel] = []
    for panel in panels:
        found += [panel, *groups] if panel.name == MORE else [panel]
    return found


def panel_of(group: str) -> Panel:
    name = f"fields-{fold_key(group).replace(' ', '-')}"[:LONGEST]
    return Panel(name, group, Side.WHO, "customers.view_customer", lambda about: about.more(group), "profile/more.html")


def for_role(panels: Sequence[Panel], role: Role) -> list[Panel]:
    """Those that the role may see at all."""
    return [panel for panel in panels if may(role, panel.needs)]
