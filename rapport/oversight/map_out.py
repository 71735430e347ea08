"""Say which territories there are, and put every customer where the rules of today say, batch by batch."""

import time
from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.customers.rescope import place_anew, wait_for_writers
from rapport.identity.pairs_of_scope import pairs_follow
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.people.territory import Placing, Territory, TerritoryMember

BATCH = 2_000
RULES = ("place", "countries", "postcodes", "cities", "field", "choices")


class TerritoryError(Exception):
    """A territory that can not be kept so; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def keep_territory(territory: Territory, members: Collection[User], *, by: User | None, at: datetime) -> bool:
    """From now on it is so; whether customers have to be placed anew, which then begins. Raises TerritoryError (gone, name)."""
    before = Territory.objects.current().select_for_update().filter(pk=territory.pk or 0).values(*RULES).first()
    if territory.pk and before is None:
        raise TerritoryError("gone")
    try:
        with transaction.atomic():
            territory.save()
    except IntegrityError as problem:
        raise TerritoryError("name") from problem
    seat(territory, members)
    changed = bool(before != {name: getattr(territory, name) for name in RULES})
    if changed:
        begin_placing(by=by, at=at, changed=territory)
    return changed


def seat(territory: Territory, members: Collection[User]) -> None:
    """These and no others look after it; what they see follows in this moment."""
    territory.seats.exclude(user__in=members).delete()
    there = set(territory.seats.values_list("user", flat=True))
    for user in members:
        if user.pk not in there:
            TerritoryMember.objects.create(territory=territory, user=user)


@transaction.atomic
def drop_territory(territory: Territory, *, by: User | None, at: datetime) -> None:
    """Nobody sees by it any more in this moment; its customers go where the other rules say. Once."""
    if not Territory.objects.current().select_for_update().filter(pk=territory.pk).exists():
        return
    territory.seats.all().delete()
    territory.ended_at = at
    territory.save(update_fields=["ended_at"])
    begin_placing(by=by, at=at, changed=territory)


def begin_placing(*, by: User | None, at: datetime, changed: Territory) -> Placing:
    """A walk that is under way gives way to the new one."""
    Placing.objects.filter(ended_at=None).update(ended_at=at)
    last = Customer.objects.aggregate(last=Max("pk"))["last"] or 0
    placing = Placing.objects.create(by=by, asked_at=at, last=last)
    record(Fact.TERRITORIES_CHANGED, [placing.pk], by=by, at=at, territory=str(changed))
    return placing


def go_on(placing_id: int, *, spell: float) -> bool:
    """Go on for so many seconds; whether something is left. Running twice at once is harmless."""
    begun = time.monotonic()
    left = place_batch(placing_id)
    while left and time.monotonic() - begun < spell:
        left = place_batch(placing_id)
    return left


@transaction.atomic
def place_batch(placing_id: int) -> bool:
    """The next customers, and the new place in the same transaction."""
    placing = Placing.objects.select_for_update().get(pk=placing_id)
    if placing.ended_at:
        return False
    if not placing.reached:
        wait_for_writers()
    reached, moved = place_anew(placing.reached, placing.last, size=BATCH)
    if moved:
        pairs_follow(moved)
    placing.moved += len(moved)
    placing.reached = reached or placing.last
    if reached is None or reached >= placing.last:
        placing.ended_at = timezone.now()
    placing.save(update_fields=["reached", "moved", "ended_at"])
    return placing.ended_at is None


def latest_placing() -> Placing | None:
    return Placing.objects.order_by("-pk").first()
