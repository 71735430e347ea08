"""Where somebody is signed in: noted as they work, listed, and ended from afar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from rapport.lib.devices import device
from rapport.people.models import User

NOTED_EVERY = timedelta(minutes=5)
MOST = 50_000
# When a session was last noted, so that hardly any page costs a statement for it.
NOTED: dict[str, datetime] = {}


@dataclass(frozen=True)
class Seat:
    """One browser in which somebody is signed in."""

    id: int
    browser: str
    system: str
    address: str
    since: datetime
    seen: datetime
    current: bool


def note_seen(request: HttpRequest, *, at: datetime) -> None:
    """That the session of this request is in use, every few minutes."""
    key = request.session.session_key
    before = NOTED.get(key or "") or getattr(request.user, "last_login", None)
    if not key or (before and at - before < NOTED_EVERY):
        return
    if len(NOTED) >= MOST:
        NOTED.clear()
    NOTED[key] = at
    UserSession.objects.filter(session_key=key).update(last_seen_at=at)


def seats_of(user: User, *, at: datetime, current: str = "") -> list[Seat]:
    """The living ones, the one seen last first; ``current`` is the key of the reader's own."""
    found = UserSession.objects.filter(user=user, session_key__in=living(at)).order_by("-last_seen_at", "-pk")
    return [
        Seat(one.pk, *device(one.user_agent), one.ip, one.created_at, one.last_seen_at, one.session_key == current)
        for one in found
    ]


def living(at: datetime) -> Iterable[str]:
    return Session.objects.filter(expire_date__gt=at).values("session_key")  # type: ignore[return-value]


def sign_out(user: User, *, only: int | None = None, but: str = "") -> int:
    """End the sessions of ``user``, or the one with the id ``only``, except the one with the key ``but``; how many ended."""
    doomed = UserSession.objects.filter(user=user).exclude(session_key=but)
    if only is not None:
        doomed = doomed.filter(pk=only)
    keys = list(doomed.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    doomed.delete()
    return len(keys)
