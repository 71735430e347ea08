"""Give to customers who are back from the trash what came for them meanwhile and waited."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from rapport.customers.models import Customer
from rapport.customers.trash import Trashed
from rapport.identity.resolve import choose, lookup
from rapport.people.models import LegalEntity
from rapport.timeline.assign import assign
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.queue import Clue, clues_of

BATCH = 500


def take_home(customer_ids: Iterable[int], *, at: datetime) -> int:
    """How many interactions found home. Only what waits is looked at, and only since the first of them was away."""
    wanted = set(customer_ids)
    since = Trashed.objects.filter(customer__in=wanted, restored_at__lte=at).aggregate(first=Min("at"))["first"]
    if since is None:
        return 0
    waiting = Interaction.objects.unassigned().filter(received_at__gte=since).order_by("pk")
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    found, after = 0, 0
    while batch := list(waiting.filter(pk__gt=after).prefetch_related("participations")[:BATCH]):
        after = batch[-1].pk
        clues = {one.pk: clues_of(map(line, one.participations.all()), one.source, region) for one in batch}
        found += settle(batch, clues, wanted, at=at)
    return found


def line(taken: Participation) -> tuple[str, str]:
    return taken.clue_kind, taken.clue_value


def settle(batch: list[Interaction], clues: dict[int, list[Clue]], wanted: set[int], *, at: datetime) -> int:
    known = lookup(clue.identity for several in clues.values() for clue in several if clue.identity)
    found = 0
    for one in batch:
        holder = choose([clue.identity for clue in clues[one.pk] if clue.identity], known).holder
        if holder and holder.customer_id in wanted:
            assign(one, Customer.objects.get(pk=holder.customer_id), by=None, at=at)
            found += 1
    return found
