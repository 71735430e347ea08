"""How what was done with deals and leads is told and taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy

from rapport.customers.ways_back import all_seen
from rapport.journal.change import Change
from rapport.journal.lay_rows_back import lay_rows_back, rows_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User
from rapport.sales.competitor import Rival
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead

DONE = {
    "opened": gettext_lazy("Deal opened: %(name)s"),
    "moved": gettext_lazy("Deal moved from %(left)s to %(stage)s: %(name)s"),
    "changed": gettext_lazy("Deal changed: %(name)s"),
    "lines": gettext_lazy("Products of a deal changed: %(name)s"),
    "rivals": gettext_lazy("Competitors of a deal changed: %(name)s"),
}


def words(change: Change) -> str:
    sentence = str(DONE[change.details["what"]])
    return sentence % dict(change.details)


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    rows = list(rows_of(change))
    lay_rows_back(rows, choices)
    deals = deals_of(rows)
    whose = {name: change.details[name] for name in ("owner", "member") if name in change.details}
    record(Fact.DEALS_CHANGED, deals, by=by, at=at, **whose)


def deals_of(rows: Iterable[Written]) -> list[int]:
    """The deals that these rows are, or belong to."""
    found = []
    for one in rows:
        if one.model is Deal:
            found.append(one.pk)
        elif one.model is Rival:
            found.append((one.after or one.before or {})["deal_id"])
    return list(dict.fromkeys(found))


def seen(change: Change, user: User) -> bool:
    """A deal is its owner's, or that of whoever sees the customer."""
    pk = next(iter(deals_of(rows_of(change))), 0)
    return Deal.objects.visible_to(user).filter(pk=pk).exists() or all_seen(change, user)


DEAL = WayBack("sales.change_deal", words, undo, seen, icon="target-arrow")
LEAD_DONE = {
    "came": gettext_lazy("Lead written down: %(wish)s"),
    "taken": gettext_lazy("Lead taken: %(wish)s"),
    "given": gettext_lazy("Lead given to %(to)s: %(wish)s"),
    "qualified": gettext_lazy("Lead became a deal: %(wish)s"),
    "unfit": gettext_lazy("Lead set aside: %(wish)s"),
    "nurture": gettext_lazy("Lead kept warm: %(wish)s"),
    "reopened": gettext_lazy("Lead taken up again: %(wish)s"),
}


def words_of_lead(change: Change) -> str:
    return str(LEAD_DONE[change.details["what"]]) % dict(change.details)


def undo_lead(change: Change, *, by: User, at: datetime, choices: Choices) -> None:
    rows = list(rows_of(change))
    lay_rows_back(rows, choices)
    whose = {name: change.details[name] for name in ("owner", "member") if change.details.get(name)}
    deals = [one.pk for one in rows if one.model is Deal]
    record(Fact.LEADS_CHANGED, [one.pk for one in rows if one.model is Lead], by=by, at=at, **whose)
    if deals:
        record(Fact.DEALS_CHANGED, deals, by=by, at=at, **whose)


def lead_seen(change: Change, user: User) -> bool:
    pk = next(one.pk for one in rows_of(change) if one.model is Lead)
    return Lead.objects.visible_to(user).filter(pk=pk).exists() or all_seen(change, user)


LEAD = WayBack("sales.change_lead", words_of_lead, undo_lead, lead_seen, icon="bolt")
