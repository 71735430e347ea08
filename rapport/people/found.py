"""Found the house: its first legal entity, its brand and its first administrator. It happens once."""

from dataclasses import dataclass

from django.db import connection, transaction

from rapport.people.models import Brand, LegalEntity, User
from rapport.people.roles import BuiltIn

FOUNDING = 731_003


@dataclass(frozen=True)
class Founder:
    """The first administrator."""

    name: str
    email: str
    password: str
    language: str
    time_zone: str


@transaction.atomic
def found(organisation: str, country: str, founder: Founder) -> User | None:
    """The first administrator, or None when somebody was here before."""
    with connection.cursor() as cursor:
        # Two browsers at once: the second waits here, and then finds the first.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
    if User.objects.exists():
        return None
    entity, _made = LegalEntity.objects.get_or_create(name=organisation, defaults={"country": country})
    Brand.objects.get_or_create(name=organisation, defaults={"legal_entity": entity})
    return User.objects.create_user(
        founder.email,
        founder.password,
        name=founder.name,
        role=BuiltIn.ADMINISTRATOR,
        language=founder.language,
        time_zone=founder.time_zone,
    )
