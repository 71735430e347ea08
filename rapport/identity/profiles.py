"""Read what is compared of living customers, and weigh couples of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from rapport.customers.models import Customer, Member
from rapport.identity.lexicon import Lexicon
from rapport.identity.models import Pair
from rapport.identity.score import Profile, Proof, Reason, score, telling_words
from rapport.lib.copying import as_array
from rapport.lib.names import fold_key
from rapport.people.models import Scope

Couple = tuple[int, int]


@dataclass(frozen=True)
class Known:
    """A living customer: what is compared of it, the member it stands by, and whose it is."""

    profile: Profile
    member_id: int
    scope_id: int


@dataclass(frozen=True)
class Weighed:
    """A couple with how likely it is one customer (in ten-thousandths) and why, as a row of `Pair` holds it."""

    couple: Couple
    one: int
    other: int
    scope_id: int
    score: int
    reasons: tuple[Reason, ...]


def read_profiles(customer_ids: Iterable[int]) -> dict[int, Known]:
    """By customer; those that are merged into another are left out."""
    ids = sorted(set(customer_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT home_id, min(id) FROM customers_member
               WHERE home_id = ANY(%s::bigint[]) GROUP BY home_id""",
            [as_array(ids)],
        )
        members: dict[int, int] = dict(cursor.fetchall())
        cursor.execute(
            """SELECT DISTINCT member.customer_id, held.kind, held.namespace, held.key
               FROM customers_member member JOIN customers_identifier held ON held.member_id = member.id
               WHERE member.customer_id = ANY(%s::bigint[]) AND held.kind <> 'cookie'""",
            [as_array(ids)],
        )
        held: dict[int, set[Proof]] = defaultdict(set)
        for customer_id, *proof in cursor.fetchall():
            held[customer_id].add((proof[0], proof[1], proof[2]))
    rows = Customer.objects.living().filter(pk__in=members)
    return {
        pk: Known(
            Profile(
                kind,
                telling_words(name, kind, held[pk]),
                fold_key(street),
                fold_key(postcode),
                fold_key(city),
                frozenset(held[pk]),
            ),
            members[pk],
            scope_id,
        )
        for pk, kind, name, street, postcode, city, scope_id in rows.values_list(
            "pk", "kind", "name", "street", "postcode", "city", "scope_id"
        )
    }


def weigh(couples: Iterable[Couple], known: Mapping[int, Known], lexicon: Lexicon) -> list[Weighed]:
    """Those of ``couples`` (the smaller id first) that can be one: both live, are of one kind, and nobody said that they are not the same."""
    possible = [
        (one, other)
        for one, other in couples
        if one in known and other in known and known[one].profile.kind == known[other].profile.kind
    ]
    apart = kept_apart({pk for couple in possible for pk in couple})
    return [weighed(couple, known, lexicon) for couple in possible if couple not in apart]


def weighed(couple: Couple, known: Mapping[int, Known], lexicon: Lexicon) -> Weighed:
    one, other = (known[pk] for pk in couple)
    likelihood, reasons = score(one.profile, other.profile, lexicon.bits, lexicon.providers)
    scope = one.scope_id if one.scope_id != Scope.EVERYONE else other.scope_id
    first, second = sorted((one.member_id, other.member_id))
    return Weighed(couple, first, second, scope, round(likelihood * 10_000), reasons)


def kept_apart(customer_ids: Iterable[int]) -> set[Couple]:
    """Couples of customers of whom any two members were said not to be the same, however they were merged since."""
    members = Member.objects.filter(customer__in=list(customer_ids))
    decided = Pair.objects.filter(state=Pair.State.APART)
    found: set[Couple] = set()
    for side in ("one__in", "other__in"):
        rows = decided.filter(**{side: members}).values_list("one__customer", "other__customer")
        found.update((min(one, other), max(one, other)) for one, other in rows)
    return found
