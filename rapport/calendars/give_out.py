"""Give one's calendar out under a secret address: make it, find whose it is, switch it off."""

import secrets
from datetime import datetime, timedelta

from rapport.calendars.models import Feed
from rapport.people.models import User, digest

NOTED_EVERY = timedelta(minutes=10)


def give_out(user: User, *, at: datetime) -> str:
    """A new secret; it can't be read again, and one that was there before opens nothing any more."""
    secret = secrets.token_urlsafe(32)
    Feed.objects.update_or_create(user=user, defaults={"digest": digest(secret), "created_at": at, "fetched_at": None})
    return secret


def switch_off(user: User) -> None:
    Feed.objects.filter(user=user).delete()


def owner_of(secret: str, *, at: datetime) -> User | None:
    """Whose calendar ``secret`` opens; nobody's when it was replaced or its user has left."""
    feed = Feed.objects.filter(digest=digest(secret), user__is_active=True).select_related("user").first()
    if feed is None:
        return None
    if feed.fetched_at is None or at - feed.fetched_at > NOTED_EVERY:
        Feed.objects.filter(pk=feed.pk).update(fetched_at=at)
    return feed.user
