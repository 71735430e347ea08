"""Read a user's views of a list: tabs, the others, the one that is open and whether it was changed since it was saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Subquery
from django.http import QueryDict
from django.urls import reverse

from rapport.lists.models import Reach, Start, View
from rapport.lists.pinned import pinned
from rapport.lists.record_list import RecordList
from rapport.people.models import User

SHOWN = 500


@dataclass(frozen=True)
class Tab:
    """A view as it stands above its list."""

    view: View
    url: str
    here: bool = False
    pinned: datetime | None = None
    starts: bool = False
    mine: bool = False


@dataclass(frozen=True)
class Shelf:
    """What stands above a list. ``unsaved`` means that the page differs from the open view as it was saved."""

    tabs: tuple[Tab, ...]
    others: tuple[Tab, ...]
    open: Tab | None
    unsaved: bool
    state: str
    all_url: str


def views_of(kept: RecordList, *, reader: User) -> list[View]:
    """The views of a list that its reader sees, each with when they pinned it and whether they begin with it: one query."""
    known = View.objects.visible_to(reader).living().filter(listing=kept.name)
    told = known.annotate(
        pinned_at=Subquery(pinned().of(reader).filter(view=OuterRef("pk")).values("at")[:1]),
        begins=Exists(Start.objects.filter(user=reader, view=OuterRef("pk"))),
    )
    return list(told.by_name()[:SHOWN])


def shelf_of(kept: RecordList, views: Sequence[View], *, reader: User, state: str, view_id: str) -> Shelf:
    tabs = [as_tab(one, kept, reader, view_id) for one in views]
    here = next((one for one in tabs if one.here), None)
    above = sorted((one for one in tabs if one.pinned), key=lambda one: one.pinned or one.view.created_at)
    if here and not here.pinned:
        above.append(here)
    return Shelf(
        tabs=tuple(above),
        others=tuple(one for one in tabs if one not in above),
        open=here,
        unsaved=here is not None and state != kept.state(here.view.state, reader),
        state=state,
        all_url=f"{kept.address}?view=all",
    )


def as_tab(view: View, kept: RecordList, reader: User, view_id: str) -> Tab:
    """``view`` as `views_of` read it."""
    return Tab(
        view=view,
        url=address_of(view, kept),
        here=str(view.pk) == view_id,
        pinned=getattr(view, "pinned_at", None),
        starts=getattr(view, "begins", False),
        mine=view.is_changed_by(reader),
    )


def address_of(view: View, kept: RecordList) -> str:
    """The whole state, so that whoever gets the address sees the same even when the view changes."""
    page = reverse("lists:chart", args=[kept.name]) if "chart" in QueryDict(view.state) else kept.address
    return f"{page}?{view.state}{'&' if view.state else ''}view={view.pk}"


def reaches_of(user: User) -> list[tuple[str, str]]:
    """With whom this user may share."""
    barred = set() if user.allows("lists.share_view") else {Reach.ALL}
    if user.team_id is None:
        barred.add(Reach.TEAM)
    return [(value, str(label)) for value, label in Reach.choices if value not in barred]


def first_address(kept: RecordList, views: Sequence[View]) -> str:
    """Where the bare list leads its reader: to the view that they begin with, or to what the list begins with; else empty."""
    usual = f"{kept.address}?{kept.begins}" if kept.begins else ""
    return next((address_of(one, kept) for one in views if getattr(one, "begins", False)), usual)
