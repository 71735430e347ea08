"""See pages as somebody else does: for a while, reading only, never with more rights than one's own, and on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.access import scopes_of
from rapport.people.change_user import may_give
from rapport.people.models import User
from rapport.timeline.models import circles_of

LOOKING = "looking"
LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Look:
    """``by`` sees pages as ``person`` does, until a moment."""

    by: User
    person: User
    until: datetime

    @property
    def stop_url(self) -> str:
        return reverse("oversight:stop_looking")


def oversees(by: User, person: User) -> bool:
    """Whether ``by`` may ask what ``person`` sees."""
    return by.sees_all or person.team_id in by.oversees


def may_look(by: User, person: User) -> bool:
    """Whether ``by`` may see pages as ``person`` does: somebody overseen, with no right and no row that ``by`` lacks."""
    if by.pk == person.pk or not person.is_active or not by.is_active or not by.allows("people.oversee_team"):
        return False
    rows = by.sees_all or (not person.sees_all and set(scopes_of(person)) <= set(scopes_of(by)))
    return oversees(by, person) and rows and may_give(by, person.roles)


def begin_look(request: HttpRequest, person: User, *, by: User, at: datetime) -> None:
    until = at + LASTS
    request.session[LOOKING] = {"by": by.pk, "person": person.pk, "until": until.isoformat()}
    record(Fact.LOOKING_BEGUN, [person.pk], by=by, at=at, by_name=str(by), person=str(person), until=until.isoformat())


def end_look(request: HttpRequest, *, at: datetime) -> None:
    """Whether somebody stops or the time is over; that it ended is told with the moment at which it did."""
    told: dict[str, Any] = request.session.pop(LOOKING, {})
    by, person = (User.objects.filter(pk=told.get(name, 0)).first() for name in ("by", "person"))
    if by and person:
        until = parse_datetime(told["until"])
        record(
            Fact.LOOKING_ENDED,
            [person.pk],
            by=by,
            at=min(at, until) if until else at,
            by_name=str(by),
            person=str(person),
        )


def look_of(request: HttpRequest, *, at: datetime) -> Look | None:
    """The look that is going on; one that may not go on any more is ended."""
    told = request.session.get(LOOKING)
    by = request.user
    if not told or not isinstance(by, User):
        return None
    person, until = User.objects.filter(pk=told["person"]).first(), parse_datetime(told["until"])
    if told["by"] != by.pk or not person or not until or at >= until or not may_look(by, person):
        end_look(request, at=at)
        return None
    # Private words stay private: of two people's circles only those count that both are in.
    both = set(circles_of(by)) & set(circles_of(person))
    person.__dict__["circles_known"] = {person.standing: sorted(both)}
    return Look(by, person, until)
