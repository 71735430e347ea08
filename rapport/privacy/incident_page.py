"""What the page of an incident shows: its clock, whom it concerns, what is drafted and sent, and every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from rapport.consent.models import State
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.privacy.dictionary_declared import models_by_table
from rapport.privacy.incident import Incident, IncidentStep, Notification
from rapport.privacy.incident_affected import concerned
from rapport.privacy.incident_mailing import Mailing
from rapport.privacy.past_steps import Step, steps_of
from rapport.privacy.register_forms import title_of

LISTED = 50
HOUR = 3_600


@dataclass(frozen=True)
class Clock:
    """How many whole hours are left or over, and whether it still runs."""

    runs: bool
    late: bool
    hours: int


def clock_of(incident: Incident, *, at: datetime) -> Clock:
    seconds = abs(incident.left(at).total_seconds())
    return Clock(not incident.clock_stopped and incident.closed_at is None, incident.is_late(at), int(seconds // HOUR))


@dataclass(frozen=True)
class Shown:
    """One incident as a page shows it."""

    clock: Clock
    tables: Sequence[tuple[str, str]]
    affected: int
    seen: int
    people: Sequence[Customer]
    letters: Sequence[tuple[str, int]]
    mailing: Mailing | None
    drafts: Sequence[Notification]
    steps: Sequence[IncidentStep]
    changed: Sequence[Step]


def shown_of(incident: Incident, *, reader: User, at: datetime) -> Shown:
    people = concerned(incident, reader=reader)
    states = incident.affected.exclude(message=None).values_list("message__state").annotate(Count("pk"))
    return Shown(
        clock_of(incident, at=at),
        [(table, title_of(table)) for table in incident.tables if table in models_by_table()],
        incident.affected.count(),
        people.count(),
        list(people[:LISTED]),
        sorted((str(State(state).label), count) for state, count in states),
        incident.mailings.order_by("-pk").first(),
        list(incident.notifications.order_by("to")),
        list(incident.steps.select_related("by").order_by("-at", "-pk")),
        steps_of(incident),
    )
