"""Take an incident forward: note it, weigh it, decide who is told, tell the authority, close it. Each step is written down."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.people.models import User
from rapport.privacy.incident import Answer, Incident, IncidentStep

DECIDED = ("risk", "risk_note", "authority", "authority_why", "persons", "persons_why")


def note_step(incident: Incident, words: str, *, by: User | None, at: datetime) -> IncidentStep:
    return IncidentStep.objects.create(incident=incident, words=words[:2_000], by=by, at=at)


@transaction.atomic
def note_incident(incident: Incident, *, by: User, at: datetime) -> Incident:
    """Into the register; the clock runs since we knew of it."""
    incident.by, incident.noted_at = by, at
    incident.save()
    note_step(incident, _("Noted."), by=by, at=at)
    return incident


@transaction.atomic
def decide(incident: Incident, given: Mapping[str, str], *, by: User, at: datetime) -> Incident:
    """How it was weighed and who is told, each with its reason."""
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    for name in DECIDED:
        setattr(found, name, given[name])
    found.save(update_fields=DECIDED)
    told = {
        _("Risk"): (found.get_risk_display(), found.risk_note),
        _("The authority"): (found.get_authority_display(), found.authority_why),
        _("The persons"): (found.get_persons_display(), found.persons_why),
    }
    words = "\n".join(f"{what}: {how}. {why}".strip() for what, (how, why) in told.items())
    note_step(found, words, by=by, at=at)
    return found


@transaction.atomic
def tell_authority(incident: Incident, *, told_at: datetime, by: User, at: datetime) -> Incident:
    """That the authority was told, which stops the clock."""
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    if found.authority_told_at is None:
        found.authority, found.authority_told_at = Answer.TELL, told_at
        found.save(update_fields=["authority", "authority_told_at"])
        note_step(found, _("The authority was told."), by=by, at=at)
    return found


@transaction.atomic
def close_incident(incident: Incident, lessons: str, *, by: User, at: datetime) -> str:
    """Why it can't be closed yet; nothing when it was."""
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    if found.closed_at is not None:
        return ""
    if not all((found.risk, found.authority, found.persons)):
        return _("First weigh the risk and decide whether the authority and the persons are told.")
    if found.authority == Answer.TELL and found.authority_told_at is None:
        return _("The authority is to be told and was not told yet.")
    found.lessons, found.closed_at = lessons, at
    found.save(update_fields=["lessons", "closed_at"])
    note_step(found, _("Closed."), by=by, at=at)
    return ""
