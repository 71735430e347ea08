"""Whom one might visit: what waits with one's own customers, and who is near on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, radians

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.agenda.models import Task
from rapport.customers.find import find_customers
from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.stalls import stalls
from rapport.visits.day import points_of
from rapport.visits.models import Spot
from rapport.visits.route import Point, apart

MOST = 12
NEAR_KM = 15.0
QUIET = timedelta(days=90)
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Candidate:
    """Somebody to visit, and why; `km` from the nearest visit of the day, where both places are known."""

    customer: Customer
    why: tuple[str, ...]
    km: float | None = None


def candidates(
    user: User, *, day: date, words: str, around: Sequence[Point], without: Sequence[int], at: datetime
) -> list[Candidate]:
    """With ``words`` those they find, else those for whom something speaks; in a fixed number of queries."""
    found: dict[int, list[str]] = {}
    if words:
        found = {hit.customer_id: [] for hit in find_customers(user, words, limit=MOST)}
    else:
        for pk, why in [*of_deals(user, day, at), *of_tasks(user, day), *near(user, around, at)]:
            found.setdefault(pk, []).append(why)
    ids = [pk for pk in found if pk not in set(without)][:MOST]
    seen = Customer.objects.visible_to(user).living().in_bulk(ids)
    points = points_of(ids, reader=user)
    shown = {one.pk: one for one in thinned(seen.values(), reader=user)}
    return [
        Candidate(shown[pk], tuple(dict.fromkeys(found[pk])), nearest(points.get(pk), around))
        for pk in ids
        if pk in shown
    ]


def of_deals(user: User, day: date, at: datetime) -> list[tuple[int, str]]:
    """One's own open deals whose next step is due by the day, or that stand still."""
    mine = Deal.objects.visible_to(user).open().filter(owner=user)
    due = mine.filter(Q(next_step_on__lte=day) | Q(next_step="")).select_related("stage", "member")
    found = []
    for one in due.order_by("next_step_on", "pk")[:MOST]:
        why = next(iter(stalls(one, at=at)), "") or one.next_step
        if one.member:
            found.append((one.member.customer_id, _("%(deal)s: %(why)s") % {"deal": one.name, "why": why}))
    return found


def of_tasks(user: User, day: date) -> list[tuple[int, str]]:
    """One's own tasks that are due by the end of the day."""
    mine = Task.objects.visible_to(user).open().filter(assignee=user, member__isnull=False, due_at__date__lte=day)
    rows = mine.order_by("due_at", "pk").values_list("member__customer", "title")[:MOST]
    return [(pk, title) for pk, title in rows]


def near(user: User, around: Sequence[Point], at: datetime) -> list[tuple[int, str]]:
    """Those near a visit of the day whom nobody has spoken to for long."""
    if not around:
        return []
    boxes = Q()
    for point in around:
        north = NEAR_KM / KM_PER_DEGREE
        east = north / max(cos(radians(point.latitude)), 0.01)
        boxes |= Q(
            latitude__range=(point.latitude - north, point.latitude + north),
            longitude__range=(point.longitude - east, point.longitude + east),
        )
    quiet = Q(member__customer__last_contact_at=None) | Q(member__customer__last_contact_at__lt=at - QUIET)
    rows = (
        Spot.objects.visible_to(user)
        .filter(boxes, quiet)
        .order_by("member__customer__last_contact_at", "pk")
        .values_list("member__customer", flat=True)[:MOST]
    )
    return [(pk, _("on the way, and no contact for 90 days")) for pk in rows]


def nearest(point: Point | None, around: Sequence[Point]) -> float | None:
    return min((apart(point, one) for one in around), default=None) if point else None
