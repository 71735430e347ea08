"""Show words of consent without the addresses that are too sensitive for whoever reads them."""

from collections.abc import Iterable
from copy import copy

from rapport.consent.ledger import Consent, ConsentQuerySet
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
