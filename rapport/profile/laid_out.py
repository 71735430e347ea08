"""Read how the page is laid out for a role, and what its reader has folded away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, cast

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.utils.module_loading import import_string

from rapport.agenda.pin import pins_on
from rapport.customers.models import Address, Kind
from rapport.fields.models import CustomField, groups_of, living
from rapport.letters.outbox import unsettled
from rapport.lib.names import fold_key
from rapport.notices.follow import follows_on
from rapport.people.models import User
from rapport.people.role import Role
from rapport.profile.models import LONGEST, Fold, Layout
from rapport.profile.panel import Known, Panel, Side, Subject
from rapport.profile.place import COLUMNS, Places, as_places

MORE = "more"


@dataclass(frozen=True)
class Kept:
    """What was arranged for a reader's role and kind of customer, and what its reader keeps of this one.

    ``follows`` says of each follow whether it is muted, and why it is there. ``outbox`` and ``addresses`` are whether
    there may be any.
    """

    places: Places = field(default_factory=Places)
    known: Known = field(default_factory=Known)
    pinned: bool = False
    follows: Sequence[tuple[bool, str]] = ()
    outbox: bool = True
    addresses: bool = True


def kept_for(subject: Subject) -> Kept:
    """In one query."""
    reader, members = subject.reader, subject.member_ids
    layout = Layout.objects.of(reader.role_id, subject.customer.kind)
    said = layout.values(said=JSONObject(**dict(zip(COLUMNS, COLUMNS, strict=True))))
    follows = follows_on(members, reader).values(said=JSONObject(muted=Q(muted_at__isnull=False), reason="reason"))
    asked = {one.name: one.there(subject) for one in standard() if one.there and reader.allows(one.needs)}
    columns: tuple[Combinable, ...] = (
        Subquery(said[:1]),
        ArraySubquery(Fold.objects.filter(user=reader.pk).values("panel")),
        Exists(pins_on(subject.customer, reader)),
        ArraySubquery(follows),
        Exists(unsettled(members)),
        Exists(Address.objects.filter(member__in=members)),
        *(any_of(rows) for rows in asked.values()),
    )
    row = User.objects.filter(pk=reader.pk).values_list(*columns).get()
    places, folded, pinned, followed, outbox, addresses, *there = row
    return Kept(
        as_places(places or {}),
        Known(frozenset(folded), frozenset(name for name, has in zip(asked, there, strict=True) if has)),
        pinned,
        [(one["muted"], one["reason"]) for one in followed],
        outbox,
        addresses,
    )


def any_of(rows: Sequence[QuerySet[Any]]) -> Combinable:
    """Whether any of these queries finds anything."""
    return ExpressionWrapper(reduce(or_, (Q(Exists(one)) for one in rows)), BooleanField())


def standard() -> tuple[Panel, ...]:
    """The panels that there always are, in their standard order."""
    return cast(tuple[Panel, ...], import_string(settings.PANELS)["customer"])


def arranged(role: Role, kind: Kind) -> Places:
    layout = Layout.objects.of(role.key, kind).first()
    return as_places({column: getattr(layout, column) for column in COLUMNS}) if layout else Places()


def panels_of(kind: str, fields: Sequence[CustomField]) -> list[Panel]:
    """The panels of the page in their standard order; each group of own fields has one, behind the own fields."""
    groups = [panel_of(group) for group in groups_of(living(fields, kind))]
    found: list[Panel] = []
    for panel in standard():
        found += [panel, *groups] if panel.name == MORE else [panel]
    return found


def panel_of(group: str) -> Panel:
    name = f"fields-{fold_key(group).replace(' ', '-')}"[:LONGEST]
    return Panel(name, group, Side.WHO, "customers.view_customer", lambda about: about.more(group), "profile/more.html")


def for_role(panels: Sequence[Panel], role: Role) -> list[Panel]:
    """Those that the role may see at all."""
    return [panel for panel in panels if role.includes(panel.needs)]
