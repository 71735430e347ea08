"""Incidents over the API: the register with its clocks, noting one, and each step."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.people.endpoint import Answer, Given, Line, endpoint
from rapport.people.tokens import ApiRequest
from rapport.privacy.incident import Incident, IncidentStep, Nature
from rapport.privacy.incident_decide import note_incident, note_step
from rapport.timeline.payloads import Past
from rapport.ui.problem import Fault, ProblemError


class IncidentOut(BaseModel):
    """One breach, or what may be one."""

    id: int
    title: str
    about: str
    aware_at: datetime
    due_at: datetime = Field(description="When the authority has to know: 72 hours after `aware_at`.")
    late: bool
    nature: list[str]
    tables: list[str]
    owner: int | None
    risk: str
    authority: str = Field(description="tell, leave, or empty while nobody decided.")
    authority_told_at: datetime | None
    persons: str
    affected: int = Field(description="How many customers it concerns.")
    closed_at: datetime | None

    @classmethod
    def of(cls, one: Incident) -> "IncidentOut":
        return cls(
            id=one.pk,
            title=one.title,
            about=one.about,
            aware_at=one.aware_at,
            due_at=one.due_at,
            late=one.is_late(timezone.now()),
            nature=one.nature,
            tables=one.tables,
            owner=one.owner_id,
            risk=one.risk,
            authority=one.authority,
            authority_told_at=one.authority_told_at,
            persons=one.persons,
            affected=one.affected.count(),
            closed_at=one.closed_at,
        )


class IncidentsOut(BaseModel):
    items: list[IncidentOut]


class IncidentStepOut(BaseModel):
    id: int
    words: str
    at: datetime
    by: int | None

    @classmethod
    def of(cls, one: IncidentStep) -> "IncidentStepOut":
        return cls(id=one.pk, words=one.words, at=one.at, by=one.by_id)


class IncidentIn(Given):
    """What somebody noticed."""

    title: Line = Field(min_length=1, max_length=200)
    about: Line = ""
    aware_at: Past | None = Field(default=None, description="Left out, it is now.")
    nature: list[Nature] = Field(min_length=1, max_length=3)


class IncidentStepIn(Given):
    words: Line = Field(min_length=1)


@endpoint("GET", "/incidents", needs="privacy.view_incident", answers={200: IncidentsOut})
def list_incidents(request: ApiRequest) -> IncidentsOut:
    """The register, what is open first."""
    return IncidentsOut(items=[IncidentOut.of(one) for one in Incident.objects.visible_to(request.user).newest_first()])


@endpoint("POST", "/incidents", needs="privacy.change_incident", answers={201: IncidentOut})
def add_incident(request: ApiRequest, given: IncidentIn) -> Answer:
    """Note an incident; its clock runs from then on."""
    now = timezone.now()
    if given.aware_at and given.aware_at > now:
        raise ProblemError(422, "That is still to come.", [Fault("That is still to come.", "#/aware_at")])
    nature = [one.value for one in dict.fromkeys(given.nature)]
    one = Incident(title=given.title, about=given.about, aware_at=given.aware_at or now, nature=nature)
    one.owner = request.user
    return Answer(IncidentOut.of(note_incident(one, by=request.user, at=now)), status=201)


@endpoint(
    "POST",
    "/incidents/{int:incident_id}/steps",
    needs="privacy.change_incident",
    answers={201: IncidentStepOut},
    problems=(404,),
)
def add_step_of_incident(request: ApiRequest, incident_id: int, given: IncidentStepIn) -> Answer:
    """Write down what was done."""
    found = get_object_or_404(Incident.objects.visible_to(request.user), pk=incident_id)
    return Answer(IncidentStepOut.of(note_step(found, given.words, by=request.user, at=timezone.now())), status=201)
