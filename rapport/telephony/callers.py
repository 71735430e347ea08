"""Find out who has a telephone number."""

from rapport.customers.models import Customer, Identifier
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.people.models import LegalEntity, User

MOST = 6


def identity_of(number: str) -> Identity | None:
    """The number in its normal form; None when it is withheld or an extension."""
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    try:
        return normalise("phone", number, region=region)
    except NotAnIdentifier:
        return None


def customers_with(number: str) -> list[int]:
    """The ids of the living customers who have ``number``, in order."""
    identity = identity_of(number)
    if identity is None:
        return []
    found = Identifier.objects.filter(kind="phone", key=identity.key)
    return sorted(set(found.values_list("member__customer_id", flat=True)))[:MOST]


def callers(number: str, *, reader: User) -> list[Customer]:
    """Those of them that ``reader`` may see, whoever was in contact last first."""
    found = Customer.objects.visible_to(reader).living().filter(pk__in=customers_with(number))
    return sorted(
        found, key=lambda one: (one.last_contact_at is None, -(one.last_contact_at or one.created_at).timestamp())
    )
