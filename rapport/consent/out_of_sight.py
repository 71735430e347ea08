"""Find the addresses that only customers have whom somebody may not see: nothing is written about them."""

from collections.abc import Collection

from rapport.customers.models import Customer, Identifier
from rapport.people.models import User

Proof = tuple[str, str]


def out_of_sight(proofs: Collection[Proof], user: User) -> set[Proof]:
    """Of these kinds and keys of addresses; one that nobody has is open to everybody."""
    held = Identifier.objects.filter(key__in={key for _way, key in proofs})
    seen = held.filter(member__customer__in=Customer.objects.visible_to(user))
    return set(held.values_list("kind", "key")) - set(seen.values_list("kind", "key"))
