"""Link records by the ids that their sources gave them: who works where, what is part of what, who took part in what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext as _

from rapport.customers.models import Customer, Relationship
from rapport.customers.tie import Tie, tie
from rapport.identity.resolve import Holder, lookup
from rapport.lib.copying import as_json
from rapport.lib.identifiers import Identity
from rapport.people.models import User
from rapport.timeline.attend import Seat, attend
from rapport.timeline.models import Interaction

Ref = tuple[str, str]


class Means(StrEnum):
    WORKS_AT = "works at"
    PART_OF = "part of"
    TAKES_PART = "takes part"


@dataclass(frozen=True)
class Wish:
    """That the record ``near`` is, in this way, linked to each of ``far``."""

    near: Ref
    far: tuple[Ref, ...]
    means: Means
    role: str = ""


@dataclass(frozen=True)
class Linked:
    """What became of one wish: links that stand, of them fresh ones, ids that lead nowhere and why."""

    linked: int = 0
    fresh: int = 0
    adrift: int = 0
    reason: str = ""
    subject: int | None = None


Pair = tuple[int, int]


def link(wishes: Sequence[Wish], *, by: User | None, at: datetime) -> list[Linked]:
    """Link all that can be; the answer is in the order of ``wishes``. All of them mean the same."""
    people = members([ref for wish in wishes for ref in wish.far], by=by)
    taking_part = bool(wishes) and wishes[0].means is Means.TAKES_PART
    nears = events([wish.near for wish in wishes], by=by) if taking_part else homes(wishes, by=by)
    pairs = {
        (nears[wish.near], people[ref].member_id): wish
        for wish in wishes
        for ref in wish.far
        if wish.near in nears and ref in people
    }
    if taking_part:
        seated = seat(list(pairs), by=by, at=at)
        return [told(wish, nears, people, seated, frozenset()) for wish in wishes]
    ties = [
        Tie(member_id, other_id, Relationship.Kind(wish.means.value), wish.role)
        for (member_id, other_id), wish in pairs.items()
    ]
    done = dict(zip(pairs, tie(ties, by=by, at=at), strict=True))
    fresh = {pair for pair, one in done.items() if one.fresh}
    return [
        told(wish, nears, people, fresh, frozenset(pair for pair, one in done.items() if one.refused))
        for wish in wishes
    ]


def told(
    wish: Wish, nears: Mapping[Ref, int], people: Mapping[Ref, Holder], fresh: set[Pair], circles: frozenset[Pair]
) -> Linked:
    if not wish.far:
        return Linked(subject=nears.get(wish.near))
    subject = nears.get(wish.near)
    if subject is None:
        return Linked(adrift=len(wish.far), reason=nowhere(wish.near))
    met = {ref: (subject, people[ref].member_id) for ref in wish.far if ref in people}
    lost = [ref for ref in wish.far if ref not in met]
    round_ = [ref for ref, pair in met.items() if pair in circles]
    reason = (
        nowhere(lost[0]) if lost else _("“%(id)s” would be a part of itself") % {"id": round_[0][1]} if round_ else ""
    )
    stands = [pair for pair in met.values() if pair not in circles]
    return Linked(len(stands), sum(pair in fresh for pair in stands), len(lost) + len(round_), reason, subject)


def nowhere(ref: Ref) -> str:
    source, key = ref
    return _("nothing of “%(source)s” has the id “%(id)s”") % {"source": source, "id": key[:60]}


def seat(pairs: list[Seat], *, by: User | None, at: datetime) -> set[Pair]:
    written = attend(pairs, by=by, at=at)
    with connection.cursor() as cursor:
        # Who took part is not traced by a trigger: every interaction that comes in would be written down twice.
        cursor.execute(TRACE, [sorted(written.values())])
    return set(written)


TRACE = """
INSERT INTO imports_importtrace (run_id, step, label, deed, ids, images)
SELECT split_part(step, ':', 1)::bigint, split_part(step, ':', 2)::bigint, 'timeline_participation', 'insert', ids, '[]'
FROM (SELECT current_setting('rapport.step', true) AS step, %s::bigint[] AS ids) AS said
WHERE step <> '' AND cardinality(ids) > 0
"""


def homes(wishes: Sequence[Wish], *, by: User | None) -> dict[Ref, int]:
    return {ref: holder.member_id for ref, holder in members([wish.near for wish in wishes], by=by).items()}


def members(refs: Iterable[Ref], *, by: User | None) -> dict[Ref, Holder]:
    """Whose these ids are, as far as ``by`` may see them."""
    wanted = {ref: Identity("external", ref[0], ref[1], ref[1], "strong") for ref in refs if ref[1]}
    known = lookup(wanted.values())
    found = {ref: known.holders[one.proof] for ref, one in wanted.items() if one.proof in known.holders}
    if by is None or not found:
        return found
    asked = {holder.customer_id for holder in found.values()}
    seen = set(Customer.objects.visible_to(by).filter(pk__in=asked).values_list("pk", flat=True))
    return {ref: holder for ref, holder in found.items() if holder.customer_id in seen}


def events(refs: Iterable[Ref], *, by: User | None) -> dict[Ref, int]:
    """The interactions that came under these ids, as far as ``by`` may see them."""
    wanted = sorted(set(refs))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT source, external_id, interaction_id FROM timeline_receipt
               JOIN (SELECT row->>0 AS source, row->>1 AS external_id FROM jsonb_array_elements(%s::jsonb) AS row) AS asked
               USING (source, external_id)""",
            [as_json(wanted)],
        )
        found = {(source, key): pk for source, key, pk in cursor.fetchall()}
    if by is None or not found:
        return found
    seen = set(Interaction.objects.visible_to(by).filter(pk__in=found.values()).values_list("pk", flat=True))
    return {ref: pk for ref, pk in found.items() if pk in seen}
