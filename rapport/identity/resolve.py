"""Whose identifiers are these? Looked up in sets, decided by the strongest, told apart from what only seems to match."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from rapport.lib.copying import as_json
from rapport.lib.identifiers import Identity

Proof = tuple[str, str, str]


class Holder(NamedTuple):
    """The member that an identifier belongs to, and the customer where that member is now."""

    member_id: int
    customer_id: int
    home_id: int
    # In the trash: it keeps what is its own, and nothing new becomes of it.
    trashed: bool = False


@dataclass(frozen=True)
class Known:
    """What the database knows of a set of identifiers."""

    holders: Mapping[Proof, Holder]
    shared: frozenset[Proof]

    def as_held(self, identity: Identity) -> Identity:
        """``identity``, weakened when somebody marked it as shared."""
        return identity._replace(strength="weak") if self.shared and identity.proof in self.shared else identity


class Choice(NamedTuple):
    """The holder that the strongest identifier points to, and the other customers that weaker ones point to."""

    holder: Holder | None
    conflicts: tuple[int, ...] = ()


NOBODY = Choice(None)


def lookup(identities: Iterable[Identity]) -> Known:
    """Who holds each of ``identities``, in one query."""
    proofs = sorted({identity.proof for identity in identities})
    if not proofs:
        return Known({}, frozenset())
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT held.kind, held.namespace, held.key, held.strength, member.id, member.customer_id, member.home_id,
                      EXISTS (SELECT FROM customers_trashed gone
                              WHERE gone.customer_id = member.customer_id AND gone.restored_at IS NULL)
               FROM (SELECT row->>0 AS kind, row->>1 AS namespace, row->>2 AS key
                     FROM jsonb_array_elements(%s::jsonb) AS row) AS asked
               JOIN customers_identifier held USING (key, kind, namespace)
               JOIN customers_member member ON member.id = held.member_id""",
            [as_json(proofs)],
        )
        rows = cursor.fetchall()
    holders = {row[:3]: Holder(*row[4:]) for row in rows if row[3] != "weak"}
    return Known(holders, frozenset(row[:3] for row in rows if row[3] == "weak") - holders.keys())


def choose(identities: Sequence[Identity], known: Known) -> Choice:
    """The strongest identifier wins; shared ones prove nothing."""
    if len(identities) == 1 and not known.shared:
        (own,) = identities
        holder = known.holders.get(own.proof) if own.strength != "weak" else None
        return Choice(holder) if holder and not holder.trashed else NOBODY
    held = [known.as_held(identity) for identity in sorted(identities, key=lambda identity: identity.rank)]
    found = [known.holders[own.proof] for own in held if own.strength != "weak" and own.proof in known.holders]
    found = [holder for holder in found if not holder.trashed]
    if not found:
        return NOBODY
    others = dict.fromkeys(holder.customer_id for holder in found[1:] if holder.customer_id != found[0].customer_id)
    return Choice(found[0], tuple(others))


def can_found(identities: Iterable[Identity], known: Known) -> bool:
    """Whether these identifiers are enough to bring a customer into being, and none is of somebody in the trash."""
    proofs = [identity for identity in map(known.as_held, identities) if identity.strength != "weak"]
    if any(one.proof in known.holders and known.holders[one.proof].trashed for one in proofs):
        return False
    return any(one.strength == "strong" for one in proofs)
