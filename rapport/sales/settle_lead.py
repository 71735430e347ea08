"""Set a lead aside, keep it warm until a day, take it up again."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localtime

from rapport.journal.rows import image
from rapport.people.models import User
from rapport.sales.about_lead import step, tell_step
from rapport.sales.lead import Lead, LeadState, LeadStep
from rapport.sales.pipeline import Reason


def set_aside(lead_id: int, reason: Reason, said: str, *, by: User, at: datetime) -> Lead | None:
    """It becomes no deal, for this reason. None, and nothing done, when it is no open lead any more."""

    def change(lead: Lead) -> LeadStep | None:
        if not lead.is_open:
            return None
        lead.state, lead.reason, lead.said, lead.until = LeadState.UNFIT, reason, said, None
        return step(lead, LeadStep.Kind.UNFIT, by=by, at=at, words=str(reason))

    return settled(lead_id, change, by=by, at=at)


def keep_warm(lead_id: int, until: date, *, by: User, at: datetime) -> Lead | None:
    """Nothing is to be done about it until that day."""

    def change(lead: Lead) -> LeadStep | None:
        if not lead.is_open:
            return None
        lead.state, lead.until, lead.owner = LeadState.NURTURE, until, lead.owner or by
        return step(lead, LeadStep.Kind.NURTURE, by=by, at=at, words=until.isoformat())

    return settled(lead_id, change, by=by, at=at)


def take_up_again(lead_id: int, *, by: User, at: datetime) -> Lead | None:
    """What was set aside or kept warm is worked on."""

    def change(lead: Lead) -> LeadStep | None:
        if lead.state not in {LeadState.UNFIT, LeadState.NURTURE}:
            return None
        back(lead)
        lead.owner = lead.owner or by
        return step(lead, LeadStep.Kind.REOPENED, by=by, at=at)

    return settled(lead_id, change, by=by, at=at)


def wake(*, at: datetime) -> int:
    """Those kept warm whose day has come; how many."""
    today, woken = localtime(at).date(), 0
    due = Lead.objects.filter(state=LeadState.NURTURE, until__lte=today).order_by("pk").values_list("pk", flat=True)

    def change(lead: Lead) -> LeadStep | None:
        if lead.state != LeadState.NURTURE or lead.until is None or lead.until > today:
            return None
        back(lead)
        return step(lead, LeadStep.Kind.WOKEN, by=None, at=at, to=lead.owner)

    for pk in due:
        woken += settled(pk, change, by=None, at=at) is not None
    return woken


def back(lead: Lead) -> None:
    lead.state, lead.until, lead.reason, lead.said = LeadState.WORKING, None, None, ""


@transaction.atomic
def settled(lead_id: int, change: Callable[[Lead], LeadStep | None], *, by: User | None, at: datetime) -> Lead | None:
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    before = image(lead)
    made = change(lead)
    if made is None:
        return None
    tell_step(lead, before, made, by=by, at=at)
    return lead
