"""Take in what arrived: each thing once, on the timeline of whoever took part, with the tallies kept right."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.db import connection, transaction

from rapport.channels.inbound import Inbound
from rapport.identity.arrive import Arrived, arrive, recall
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_json, copy_rows, next_ids
from rapport.people.models import Brand, User
from rapport.timeline.content import INTERACTION, PARTICIPATION, digest, interaction_row, participation_rows
from rapport.timeline.correct import correct
from rapport.timeline.models import Participation
from rapport.timeline.tally import add_to_tallies


class Outcome(StrEnum):
    CREATED = "created"
    KNOWN = "known"
    CORRECTED = "corrected"


class Received(NamedTuple):
    """What became of one arrival. `customer_id` is None while nobody knows whose it is."""

    outcome: Outcome
    interaction_id: int
    version: int
    customer_id: int | None
    member_id: int | None
    conflicts: tuple[int, ...] = ()


Key = tuple[str, str]


@transaction.atomic
def receive(
    inbounds: Sequence[Inbound], *, by: User | None, at: datetime, digests: Sequence[bytes] | None = None
) -> list[Received]:
    """Write ``inbounds`` (any number, in one transaction); the answer is in their order.

    The same key again with the same content is known; with other content it is a correction, and the earlier version
    is kept. Identifiers nobody knows found a customer when they are strong enough. ``digests`` are those of the
    contents, where somebody had time to make them before.
    """
    if not inbounds:
        return []
    keys = [(one.source, one.external_id) for one in inbounds]
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    digests = digests or [digest(one) for one in inbounds]
    new = claim_receipts({key: digests[place] for key, place in first.items()})
    received: dict[int, Received] = {}
    fresh = [(new[key], place) for key, place in first.items() if key in new]
    created = Outcome.CREATED
    for (interaction_id, place), one in zip(fresh, write(inbounds, fresh, by=by, at=at), strict=True):
        received[place] = Received(created, interaction_id, 1, one.customer_id, one.member_id, one.conflicts)
    again = [place for place in range(len(keys)) if place not in received]
    received.update(repeated(inbounds, again, digests, by=by, at=at))
    return [received[place] for place in range(len(inbounds))]


def claim_receipts(wanted: dict[Key, bytes]) -> dict[Key, int]:
    """Write a receipt for each key that has none; the fresh interaction ids by key."""
    keys = sorted(wanted)
    with connection.cursor() as cursor:
        ids = next_ids(cursor, "timeline_interaction", len(keys))
        # In order of keys: the same batch twice at once waits for itself instead of locking up.
        cursor.execute(
            """INSERT INTO timeline_receipt (interaction_id, source, external_id, content)
               SELECT (row->>0)::bigint, row->>1, row->>2, decode(row->>3, 'hex')
               FROM jsonb_array_elements(%s::jsonb) AS row
               ON CONFLICT (source, external_id) DO NOTHING
               RETURNING source, external_id, interaction_id""",
            [as_json([(pk, *key, wanted[key].hex()) for pk, key in zip(ids, keys, strict=True)])],
        )
        return {(source, external_id): pk for source, external_id, pk in cursor.fetchall()}


def write(
    inbounds: Sequence[Inbound], fresh: Sequence[tuple[int, int]], *, by: User | None, at: datetime
) -> list[Arrived]:
    """Interactions, participations and tallies of what is new: pairs of (interaction id, place in ``inbounds``)."""
    if not fresh:
        return []
    new = [inbounds[place] for _pk, place in fresh]
    arrived = arrive(new, at=at)
    brands = {name: pk for pk, name in Brand.objects.values_list("pk", "name")}
    together = list(zip((pk for pk, _place in fresh), new, arrived, strict=True))
    with connection.cursor() as cursor:
        copy_rows(
            cursor, "timeline_interaction", INTERACTION, (interaction_row(*one, brands, by, at) for one in together)
        )
        copy_rows(
            cursor,
            "timeline_participation",
            PARTICIPATION,
            (row for one in together for row in participation_rows(*one)),
        )
    ids = [pk for pk, _place in fresh]
    add_to_tallies(ids)
    record(Fact.INTERACTIONS_RECEIVED, ids, by=by, at=at)
    return arrived


def repeated(
    inbounds: Sequence[Inbound], places: Sequence[int], digests: Sequence[bytes], *, by: User | None, at: datetime
) -> dict[int, Received]:
    """What arrived under keys that are known already."""
    if not places:
        return {}
    receipts = receipts_of([(inbounds[place].source, inbounds[place].external_id) for place in places])
    received: dict[int, Received] = {}
    corrected = []
    for place in places:
        key = (inbounds[place].source, inbounds[place].external_id)
        interaction_id, content = receipts[key]
        outcome = Outcome.KNOWN
        if content != digests[place]:
            outcome = Outcome.CORRECTED
            correct(interaction_id, inbounds[place], digests[place], at=at)
            receipts[key] = (interaction_id, digests[place])
            corrected.append(interaction_id)
        received[place] = Received(outcome, interaction_id, 0, None, None)
    if corrected:
        record(Fact.INTERACTIONS_CORRECTED, corrected, by=by, at=at)
    return placed(received, inbounds)


def receipts_of(keys: Sequence[Key]) -> dict[Key, tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT source, external_id, interaction_id, content FROM timeline_receipt
               JOIN (SELECT row->>0 AS source, row->>1 AS external_id FROM jsonb_array_elements(%s::jsonb) AS row) AS asked
               USING (source, external_id)""",
            [as_json(keys)],
        )
        return {row[:2]: (row[2], bytes(row[3])) for row in cursor.fetchall()}


def placed(received: dict[int, Received], inbounds: Sequence[Inbound]) -> dict[int, Received]:
    """``received`` with the version, the customer and the conflicts that the database knows."""
    ids = [one.interaction_id for one in received.values()]
    main = Participation.objects.filter(interaction__in=ids, main=True).select_related("member")
    owners = {one.interaction_id: one.member for one in main}
    rivals = rivals_of(inbounds, list(received))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, version FROM timeline_interaction WHERE id = ANY(%s)", [ids])
        versions = dict(cursor.fetchall())
    answer = {}
    for place, one in received.items():
        member = owners.get(one.interaction_id)
        customer_id, member_id = (member.customer_id, member.pk) if member else (None, None)
        conflicts = tuple(rival for rival in rivals.get(place, ()) if rival != customer_id)
        answer[place] = Received(
            one.outcome, one.interaction_id, versions[one.interaction_id], customer_id, member_id, conflicts
        )
    return answer


def rivals_of(inbounds: Sequence[Inbound], places: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Per place the other customers that weaker identifiers point to; only who shows several can have them."""
    several = [place for place in places if any(len(party.clues) > 1 for party in inbounds[place].parties)]
    if not several:
        return {}
    arrived = recall([inbounds[place] for place in several])
    return {place: one.conflicts for place, one in zip(several, arrived, strict=True)}
