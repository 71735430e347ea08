"""Say how one wants to be told: of each kind, and when by e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction

from rapport.notices.models import USUAL, Choice, Digest, Kind, Way
from rapport.people.models import User

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rhythm:
    """When the digest is wanted; `every` is empty for never. The weekday counts for a weekly one only."""

    every: str = ""
    hour: int = 8
    weekday: int = 0


@transaction.atomic
def choose(ways: Mapping[Kind, Way], rhythm: Rhythm, *, by: User, at: datetime) -> None:
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    Choice.objects.filter(user=by).delete()
    Choice.objects.bulk_create(Choice(user=by, kind=kind, way=way) for kind, way in ways.items() if way != USUAL[kind])
    if not rhythm.every:
        Digest.objects.filter(user=by).delete()
        return
    Digest.objects.update_or_create(
        user=by,
        defaults={
            "every": rhythm.every,
            "hour": rhythm.hour,
            "weekday": rhythm.weekday,
            "next_at": next_after(rhythm, by, at),
        },
    )


def next_after(rhythm: Rhythm, user: User, at: datetime) -> datetime:
    """The next moment at which it is that hour on the user's clock, and that day where there is one."""
    here = at.astimezone(zone_of(user))
    day = here.date()
    while True:
        moment = datetime.combine(day, time(rhythm.hour), here.tzinfo)
        wanted = rhythm.every != Digest.Every.WEEK or day.weekday() == rhythm.weekday
        if wanted and moment > at:
            return moment
        day += DAY


def zone_of(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone or settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return ZoneInfo(settings.TIME_ZONE)


def ways_of(user: User) -> dict[Kind, Way]:
    chosen = dict(Choice.objects.filter(user=user).values_list("kind", "way"))
    return {kind: Way(chosen.get(kind.value, USUAL[kind])) for kind in Kind}
