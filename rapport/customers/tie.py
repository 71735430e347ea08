"""Say of many at once who works where and which company is part of which; no circles, and what ended stays ended."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from rapport.customers.models import Member, Relationship
from rapport.customers.relate import GROUPING, ended
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@dataclass(frozen=True)
class Tie:
    member_id: int
    other_id: int
    kind: Relationship.Kind
    role: str = ""


@dataclass(frozen=True)
class Tied:
    """What became of one tie; one that is refused would have closed a circle."""

    fresh: bool
    refused: bool = False


@transaction.atomic
def tie(ties: Sequence[Tie], *, by: User | None, at: datetime) -> list[Tied]:
    """Write ``ties``; the answer is in their order. What stands already, or has ended, is left as it is."""
    homes = dict(
        Member.objects.filter(pk__in={pk for one in ties for pk in (one.member_id, one.other_id)}).values_list(
            "pk", "customer_id"
        )
    )
    refused = circles(ties, homes)
    standing = known(ties)
    fresh: dict[tuple[int, int, str], Relationship] = {}
    answer = []
    for place, one in enumerate(ties):
        spot = (one.member_id, one.other_id, str(one.kind))
        new = place not in refused and spot not in standing and spot not in fresh
        if new:
            fresh[spot] = Relationship(
                member_id=one.member_id, other_id=one.other_id, kind=one.kind, role=one.role[:200]
            )
        answer.append(Tied(new, place in refused))
    if fresh:
        Relationship.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        record(Fact.CUSTOMERS_CHANGED, touched(fresh, homes), by=by, at=at)
    return answer


def touched(spots: Iterable[tuple[int, int, str]], homes: dict[int, int]) -> list[int]:
    return sorted({homes[pk] for member_id, other_id, _kind in spots for pk in (member_id, other_id)})


def known(ties: Sequence[Tie]) -> set[tuple[int, int, str]]:
    """What is on record of these, also as something that is over."""
    members = {one.member_id for one in ties}
    rows = Relationship.objects.filter(member__in=members).values_list("member", "other", "kind")
    over = {
        (member, other, str(one.kind)) for member, others in ended(members).items() for other in others for one in ties
    }
    return {*rows, *over}


def circles(ties: Sequence[Tie], homes: dict[int, int]) -> set[int]:
    """The places of ties that would make something a part of itself, however far up."""
    parts = [(place, one) for place, one in enumerate(ties) if one.kind == Relationship.Kind.PART_OF]
    if not parts:
        return {place for place, one in enumerate(ties) if homes[one.member_id] == homes[one.other_id]}
    with connection.cursor() as cursor:
        # Two halves of a circle, written at once, must see each other.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GROUPING])
        cursor.execute(UPWARDS, [sorted({homes[one.other_id] for _place, one in parts})])
        above: dict[int, set[int]] = defaultdict(set)
        for child, parent in cursor.fetchall():
            above[child].add(parent)
    refused = set()
    for place, one in enumerate(ties):
        part, whole = homes[one.member_id], homes[one.other_id]
        if part == whole or (one.kind == Relationship.Kind.PART_OF and reaches(whole, part, above)):
            refused.add(place)
        elif one.kind == Relationship.Kind.PART_OF:
            above[part].add(whole)
    return refused


def reaches(start: int, wanted: int, above: dict[int, set[int]]) -> bool:
    met, pile = {start}, [start]
    while pile:
        for parent in above.get(pile.pop(), ()):
            if parent == wanted:
                return True
            if parent not in met:
                met.add(parent)
                pile.append(parent)
    return False


UPWARDS = """
WITH RECURSIVE up(child, parent) AS (
    SELECT m.customer_id, om.customer_id FROM customers_member m
    JOIN customers_relationship r ON r.member_id = m.id AND r.kind = 'part of' AND r.until IS NULL
    JOIN customers_member om ON om.id = r.other_id WHERE m.customer_id = ANY(%s)
    UNION
    SELECT m.customer_id, om.customer_id FROM up JOIN customers_member m ON m.customer_id = up.parent
    JOIN customers_relationship r ON r.member_id = m.id AND r.kind = 'part of' AND r.until IS NULL
    JOIN customers_member om ON om.id = r.other_id
) SELECT child, parent FROM up
"""
