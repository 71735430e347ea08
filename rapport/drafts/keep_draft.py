"""Keep what somebody is writing, and let it go: when it was sent, when there is too much, when it is old."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from rapport.drafts.models import Draft
from rapport.lib.sealed import SealError, seal, unseal
from rapport.people.models import User

KEPT = timedelta(days=60)
MOST, LONGEST = 200, 100_000


@transaction.atomic
def keep_draft(user: User, key: str, text: str, *, at: datetime) -> None:
    """Keep ``text`` under ``key``; an empty one lets it go. Of too many the oldest go."""
    if not text:
        Draft.objects.filter(user=user, key=key).delete()
        return
    sealed = seal(text, key=settings.SECRET_KEY)
    _kept, fresh = Draft.objects.update_or_create(user=user, key=key, defaults={"sealed": sealed, "at": at})
    if fresh:
        newest = Draft.objects.filter(user=user).order_by("-at", "-pk").values_list("pk", flat=True)[:MOST]
        Draft.objects.filter(user=user).exclude(pk__in=list(newest)).delete()


def drafts_of(user: User, keys: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
    """By key what is kept, and since when; what another key sealed can't be read and is left out."""
    found: dict[str, tuple[str, datetime]] = {}
    for one in Draft.objects.visible_to(user).filter(key__in=list(keys)):
        try:
            found[one.key] = (unseal(bytes(one.sealed), key=settings.SECRET_KEY), one.at)
        except SealError:
            continue
    return found


def forget_drafts(*, at: datetime) -> int:
    gone, _each = Draft.objects.filter(at__lt=at - KEPT).delete()
    return gone
