"""Read what administrators see of layouts: who has which, a board to arrange one, and who changed what when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer, Kind
from rapport.fields.models import declared
from rapport.people.models import User
from rapport.people.role import Role
from rapport.profile.laid_out import for_role, panels_of
from rapport.profile.models import Layout
from rapport.profile.panel import Panel, Side
from rapport.profile.place import COLUMNS, HIDDEN, Places, place

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FEW, ASKED, EARLIER = 20, 500, 100
COLUMN_TITLES: "Mapping[str, StrOrPromise]" = {
    Side.WHO.value: _("Left column"),
    Side.NOW.value: _("Right column"),
    HIDDEN: _("Not shown"),
}
KIND_TITLES: "Mapping[Kind, StrOrPromise]" = {
    Kind.PERSON: _("People"),
    Kind.COMPANY: _("Companies"),
    Kind.HOUSEHOLD: _("Households"),
}


@dataclass(frozen=True)
class Column:
    """One column of a board with its panels from above."""

    name: str
    title: "StrOrPromise"
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Told:
    """A layout as its history tells it."""

    layout: Layout
    role: "StrOrPromise"
    kinds: "tuple[StrOrPromise, ...]"
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Cell:
    """What counts for a role and a kind of customers; `layout` is None in the standard."""

    role: Role
    kind: Kind
    title: "StrOrPromise"
    layout: Layout | None

    @property
    def standard(self) -> bool:
        return self.layout is None or self.layout.standard


def columns_of(panels: Sequence[Panel], places: Places) -> tuple[Column, ...]:
    by_name = {panel.name: panel for panel in panels}
    return tuple(
        Column(name, COLUMN_TITLES[name], tuple(by_name[one] for one in places.column(name) if one in by_name))
        for name in COLUMNS
    )


def board(role: Role, kind: Kind, places: Places) -> tuple[Column, ...]:
    """The panels that the role may see, where ``places`` put them."""
    panels = for_role(panels_of(kind, declared()), role)
    return columns_of(panels, place(panels, places))


def current() -> dict[tuple[str, str], Layout]:
    """By role and kind the one that counts."""
    found: dict[tuple[str, str], Layout] = {}
    for one in Layout.objects.filter(undone_at=None).select_related("by").order_by("-pk"):
        for kind in one.kinds:
            found.setdefault((one.role_id, kind), one)
    return found


def cells() -> list[tuple[Role, list[Cell]]]:
    """For each role what counts for people, companies and households."""
    counts = current()
    return [
        (role, [Cell(role, kind, KIND_TITLES[kind], counting(counts, role, kind)) for kind in Kind])
        for role in Role.objects.in_order()
    ]


def counting(counts: Mapping[tuple[str, str], Layout], role: Role, kind: Kind) -> Layout | None:
    """That of the role, else that of the role it is based on."""
    return counts.get((role.key, kind)) or counts.get((role.base, kind))


def kinds_of(role: Role, kind: Kind) -> list[tuple[Kind, "StrOrPromise", bool]]:
    """The other kinds, and whether they are laid out together with this one so far."""
    counts = current()
    mine = counting(counts, role, kind)
    return [(one, KIND_TITLES[one], counting(counts, role, one) == mine) for one in Kind if one != kind]


def earlier() -> list[Told]:
    """What was arranged so far, the newest first."""
    fields = declared()
    panels = {one.name: one for kind in Kind for one in panels_of(kind, fields)}
    rows = Layout.objects.select_related("by", "undone_by", "role").order_by("-pk")[:EARLIER]
    return [
        Told(
            one,
            str(one.role),
            tuple(KIND_TITLES[Kind(kind)] for kind in one.kinds),
            columns_of(list(panels.values()), Places(tuple(one.who), tuple(one.now), tuple(one.hidden))),
        )
        for one in rows
    ]


def examples(kind: Kind, *, reader: User) -> list[Customer]:
    """Customers whose page can be looked at in a preview: those looked at lately, then those last in touch."""
    seen = Customer.objects.visible_to(reader).living()
    lately = reader.recents.order_by("-at").values("customer")
    # Of those last in touch only so many are asked of what kind they are.
    touched = seen.order_by(models.F("last_contact_at").desc(nulls_last=True), "-pk").values("pk")[:ASKED]
    mine = seen.filter(kind=kind, pk__in=lately).order_by("sort_key", "pk")[:FEW]
    others = seen.filter(kind=kind, pk__in=touched).order_by("sort_key", "pk")[:FEW]
    return list({one.pk: one for one in (*mine, *others)}.values())[:FEW]
