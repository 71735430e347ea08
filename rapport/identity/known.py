"""Which e-mail addresses belong to a customer."""

from collections.abc import Iterable

from rapport.identity.resolve import lookup
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise


def known_among(addresses: Iterable[str]) -> frozenset[str]:
    """Those of ``addresses`` that a customer has, in one query."""
    identities = {address: identity for address in set(addresses) if (identity := identity_of(address))}
    holders = lookup(identities.values()).holders
    return frozenset(address for address, identity in identities.items() if identity.proof in holders)


def identity_of(address: str) -> Identity | None:
    try:
        return normalise("email", address)
    except NotAnIdentifier:
        return None
