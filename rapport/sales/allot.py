"""Find who is to have a lead: by the first route that fits and finds somebody who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.timezone import localtime

from rapport.customers.models import Customer
from rapport.people.access import get_to_know, sees
from rapport.people.models import User
from rapport.sales.enquiry import Route, To
from rapport.sales.lead import Lead


@dataclass(frozen=True)
class Allotted:
    """To whom, by which route, and what the route found."""

    user: User
    route: Route
    why: dict[str, Any]


def allot(lead: Lead, *, at: datetime) -> Allotted | None:
    """Nobody when no route fits. In the caller's transaction: whoever asks the same route meanwhile waits."""
    customer = customer_of(lead)
    brand_id = lead.interaction.brand_id if lead.interaction else None

    for route in Route.objects.current().select_related("source", "territory", "brand", "team", "user"):
        fits = (
            route.source_id in {None, lead.source_id}
            and route.brand_id in {None, brand_id}
            and (route.territory_id is None or (customer and customer.scope.territory_id == route.territory_id))
        )
        if fits and (found := somebody(route, customer, at=at)):
            user, turn = found
            return Allotted(user, route, {**found_by(route), **turn})
    return None


def customer_of(lead: Lead) -> Customer | None:
    if lead.member is None:
        return None
    return Customer.objects.select_related("scope", "owner").get(pk=lead.member.customer_id)


def somebody(route: Route, customer: Customer | None, *, at: datetime) -> tuple[User, dict[str, Any]] | None:
    if route.to == To.KEEPER:
        keeper = customer.owner if customer else None
        return (keeper, {"keeper": True}) if keeper and able([keeper], customer) else None
    if route.to == To.USER:
        return (route.user, {}) if route.user and able([route.user], customer) else None
    return in_turn(route, customer, at=at)


def in_turn(route: Route, customer: Customer | None, *, at: datetime) -> tuple[User, dict[str, Any]] | None:
    """Of the team whoever has waited longest for one by this route; whoever had none yet comes first."""
    Route.objects.select_for_update().get(pk=route.pk)
    people = able(User.objects.filter(team=route.team_id, is_active=True), customer)
    if not people:
        return None
    had = dict(
        Lead.objects.filter(route=route, owner__in=people)
        .order_by()
        .values_list("owner")
        .annotate(last=Max("allotted_at"))
    )
    first = min(people, key=lambda one: (had.get(one.pk) is not None, had.get(one.pk) or at, one.pk))
    last = had.get(first.pk)
    return first, {"of": len(people), "last": localtime(last).isoformat() if last else None}


def able(people: Any, customer: Customer | None) -> Sequence[User]:
    """Those who work on leads, and may see this one's customer."""
    found = list(people)
    get_to_know(found)
    return [
        one
        for one in found
        if one.is_active and one.allows("sales.change_lead") and (customer is None or sees(one, customer.scope))
    ]


def found_by(route: Route) -> dict[str, Any]:
    """What made the route fit, in the words of then."""
    named = {"source": route.source, "territory": route.territory, "brand": route.brand, "team": route.team}
    return {"route": route.name, **{name: str(one) for name, one in named.items() if one}}
