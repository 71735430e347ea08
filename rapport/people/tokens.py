"""Let programs in that bring an API token, and no faster than agreed."""

from datetime import timedelta
from time import monotonic

import pghistory
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from rapport.lib.buckets import Buckets, Quota
from rapport.lib.origin import note_origin
from rapport.people.models import ApiToken, User
from rapport.people.roles import PERMISSIONS
from rapport.ui.problem import ProblemError

NOTED_EVERY = timedelta(minutes=1)
BUCKETS = Buckets()


class ApiRequest(HttpRequest):
    """A request that came with a token: whose, and what is left of its quota."""

    user: User
    auth: ApiToken
    quota: Quota


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`, with a token that includes ``permission``."""

    def __init__(self, permission: str) -> None:
        if permission not in PERMISSIONS:
            message = f"{permission} is in no role: add it to rapport/people/roles.py"
            raise LookupError(message)
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        # Looked up by its digest: how long that takes tells nothing about any token.
        now = timezone.now()
        found = ApiToken.objects.usable(token.strip(), at=now).first()
        if found is None:
            return None
        request.user = found.user
        # Rows that it changes carry which token it was.
        pghistory.context(token=found.name)
        note_origin(token=found.name)
        request.quota = spend(found)  # type: ignore[attr-defined]
        if found.last_used_at is None or now - found.last_used_at > NOTED_EVERY:
            ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
        if not found.allows(self.permission):
            raise ProblemError(403, f"This token may not do {self.permission}.", more={"needs": self.permission})
        return found


def spend(token: ApiToken) -> Quota:
    """One request less for this token; a problem (429) when there was none left."""
    quota = BUCKETS.take(token.pk, a_minute=settings.API_REQUESTS_A_MINUTE, now=monotonic())
    if quota.wait:
        raise ProblemError(
            429,
            f"No more than {quota.limit} requests a minute; try again in {quota.wait} s.",
            headers={"Retry-After": str(quota.wait), **as_headers(quota)},
        )
    return quota


def as_headers(quota: Quota) -> dict[str, str]:
    """The quota as the IETF's draft on rate limits writes it."""
    return {
        "RateLimit-Policy": f'"minute";q={quota.limit};w=60',
        "RateLimit": f'"minute";r={quota.left};t={quota.wait}',
    }
