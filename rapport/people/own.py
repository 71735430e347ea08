"""Which addresses are ours: those of users, and what an administrator says besides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from rapport.people.models import OwnAddress, User

OWN = re.compile(r"([^\s@<>,;]{1,64}@)?(?=.{3,190}\Z)([\w-]{1,63}\.)+[\w-]{2,63}\Z")


@dataclass(frozen=True)
class Ours:
    """Our own addresses and domains, in lower case."""

    addresses: frozenset[str]
    domains: frozenset[str]

    def __contains__(self, address: str) -> bool:
        lower = address.lower()
        domain = lower.rpartition("@")[2]
        while domain:
            if domain in self.domains:
                return True
            domain = domain.partition(".")[2]
        return lower in self.addresses


def ours(*, also: Iterable[str] = ()) -> Ours:
    """Ours are users, what an administrator said, and ``also`` these addresses."""
    said = set(OwnAddress.objects.values_list("value", flat=True))
    users = {email.lower() for email in (*User.objects.values_list("email", flat=True), *also)}
    return Ours(
        frozenset(users | {one for one in said if "@" in one}), frozenset(one for one in said if "@" not in one)
    )


@transaction.atomic
def say_own(values: Iterable[str]) -> None:
    """These addresses and domains are ours, and no others but the users'."""
    said = {value.lower() for value in values}
    OwnAddress.objects.exclude(value__in=said).delete()
    OwnAddress.objects.bulk_create([OwnAddress(value=value) for value in sorted(said)], ignore_conflicts=True)
