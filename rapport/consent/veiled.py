"""Show words of consent, and what stands against writing, without the addresses that are too sensitive for whoever reads them."""

from collections.abc import Iterable
from copy import copy

from django.db.models import Q

from rapport.consent.ledger import Consent, ConsentQuerySet
from rapport.consent.models import Suppression, SuppressionQuerySet
from rapport.consent.standing import covered
from rapport.customers.veil import hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.people.models import User


def veiled_words(rows: Iterable[Consent], *, reader: User) -> list[Consent]:
    """``rows`` to be shown and never saved."""
    closed = hidden_kinds(reader)
    return [masked(one) if one.way in closed else one for one in rows]


def masked(word: Consent) -> Consent:
    shown = copy(word)
    shown.key = MASK
    return shown


def asked_for(rows: ConsentQuerySet, part: str, *, reader: User) -> ConsentQuerySet:
    """Those whose address has this part, as far as ``reader`` may see addresses of their kind."""
    return rows.filter(key__icontains=part.casefold()).exclude(way__in=hidden_kinds(reader))


def veiled_stops(rows: Iterable[Suppression], *, reader: User) -> list[Suppression]:
    """``rows`` to be shown and never saved."""
    closed = hidden_kinds(reader)
    return [covered(one) if one.way in closed else one for one in rows]


def stops_asked_for(rows: SuppressionQuerySet, part: str, *, reader: User) -> SuppressionQuerySet:
    """Those whose address or evidence has this part, as far as ``reader`` may see addresses of their kind."""
    of_address = Q(key__icontains=part) & ~Q(way__in=hidden_kinds(reader))
    return rows.filter(of_address | Q(evidence__icontains=part))
