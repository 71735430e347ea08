"""Look for the duplicates of customers that are new or changed, and bring the queue of pairs up to date."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from rapport.customers.models import Customer, Member
from rapport.identity.blocks import Couple, Fresh, blocks_of
from rapport.identity.crowds import disperse, tell
from rapport.identity.lexicon import look_up
from rapport.identity.models import Pair
from rapport.identity.profiles import Weighed, read_profiles, weigh
from rapport.lib.copying import as_json
from rapport.lib.names import words

SUSPECTING = 731_002
# More likely than not; below it, a person has better things to do.
WORTH_A_LOOK = 5_000


@transaction.atomic
def suspect(customer_ids: Sequence[int], *, at: datetime) -> None:
    """Compare these customers with everybody who shares something telling with them; may run twice."""
    with connection.cursor() as cursor:
        # One at a time: two batches that know each other's customers would wait for each other in a circle.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SUSPECTING])
    asked = sorted({*customer_ids, *disperse(at=at)})
    fresh = [
        Fresh(*row)
        for row in Customer.objects.living().filter(pk__in=asked).values_list("pk", "kind", "fold_key", "city")
    ]
    lexicon = look_up(word for one in fresh for word in words(one.fold_key))
    blocks = blocks_of(fresh, lexicon)
    before = open_pairs(asked)
    # Who was found from the other side stays as long as it holds.
    couples = blocks.couples | {couple for couple, _source in before.values()}
    known = read_profiles(pk for couple in couples for pk in couple)
    conflicts = {couple: source for couple, source in before.values() if source}
    found = [one for one in weigh(couples, known, lexicon) if one.score >= WORTH_A_LOOK or one.couple in conflicts]
    write(found, conflicts, at=at)
    holds = {(one.one, one.other) for one in found}
    gone = [pk for pk, *members in members_of(before) if tuple(members) not in holds]
    Pair.objects.open().filter(pk__in=gone).delete()
    tell(blocks.crowds, at=at)


def open_pairs(customer_ids: Sequence[int]) -> dict[int, tuple[Couple, str]]:
    """The open pairs of these customers: between whom they stand now, and the source of what named both."""
    members = Member.objects.filter(customer__in=customer_ids)
    rows = Pair.objects.open().filter(Q(one__in=members) | Q(other__in=members))
    return {
        pk: ((min(one, other), max(one, other)), source)
        for pk, one, other, source in rows.values_list("pk", "one__customer", "other__customer", "conflict_source")
    }


def members_of(pairs: Iterable[int]) -> list[tuple[int, int, int]]:
    return list(Pair.objects.filter(pk__in=list(pairs)).values_list("pk", "one", "other"))


def write(found: Iterable[Weighed], conflicts: Mapping[Couple, str], *, at: datetime) -> None:
    """Into the queue, or anew where they stand in it; what was decided stays. ``conflicts`` names sources."""
    rows = [
        {
            "one": one.one,
            "other": one.other,
            "scope": one.scope_id,
            "score": max(one.score, WORTH_A_LOOK),
            "reasons": one.reasons,
            "source": conflicts.get(one.couple, ""),
        }
        for one in sorted(found, key=lambda one: (one.one, one.other))
    ]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [at, as_json(rows)])


WRITE = """
INSERT INTO identity_pair (one_id, other_id, scope_id, score, reasons, conflict_source, state, found_at)
SELECT given.one, given.other, given.scope, given.score, given.reasons, given.source, 'open', %s
FROM jsonb_to_recordset(%s::jsonb) AS given(one bigint, other bigint, scope bigint, score int, reasons jsonb, source text)
ON CONFLICT (one_id, other_id) DO UPDATE SET
    scope_id = excluded.scope_id, score = excluded.score, reasons = excluded.reasons,
    conflict_source = coalesce(nullif(excluded.conflict_source, ''), identity_pair.conflict_source)
WHERE identity_pair.state = 'open'
"""
