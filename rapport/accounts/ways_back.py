"""How what was done with account plans is told and taken back."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from rapport.accounts.models import Plan
from rapport.customers.ways_back import all_seen
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User
from rapport.sales.deal import Deal

DONE = {
    "written": gettext_lazy("Account plan written: %(name)s"),
    "changed": gettext_lazy("Account plan changed: %(name)s"),
    "closed": gettext_lazy("Account plan closed: %(name)s"),
    "reopened": gettext_lazy("Account plan taken up again: %(name)s"),
    "stakeholder": gettext_lazy("Buying centre changed: %(name)s"),
    "stakeholder out": gettext_lazy("Taken out of the buying centre: %(name)s"),
    "aim": gettext_lazy("Aim changed: %(name)s"),
    "aim out": gettext_lazy("Aim given up: %(name)s"),
    "deal": gettext_lazy("Deal opened from an aim: %(name)s"),
    "goal": gettext_lazy("Goal changed: %(name)s"),
    "goal out": gettext_lazy("Goal taken out: %(name)s"),
    "risk": gettext_lazy("Risk changed: %(name)s"),
    "risk out": gettext_lazy("Risk taken out: %(name)s"),
}


def words(change: Change) -> str:
    return str(DONE[change.details["what"]]) % {"name": change.details["name"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    rows = list(rows_of(change))
    lay_rows_back(rows, choices)
    whose = {name: change.details[name] for name in ("owner", "member")}
    record(Fact.PLANS_CHANGED, [change.details.get("plan", 0)], by=by, at=at, **whose)
    deals = [one.pk for one in rows if one.model is Deal]
    if deals:
        record(Fact.DEALS_CHANGED, deals, by=by, at=at, **whose)


def seen(change: Change, user: User) -> bool:
    """A plan is seen by whoever sees the customer."""
    known = Plan.objects.visible_to(user).filter(member=change.details["member"])
    return known.exists() or all_seen(change, user)


PLAN = WayBack("accounts.change_plan", words, undo, seen, icon="map-route")
