"""Give somebody who forgot their password a new one; it ends all their sessions and revokes their tokens."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from rapport.people.models import User
from rapport.people.sessions import sign_out

# Without signs that look alike on paper.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, LENGTH = 4, 4


@dataclass(frozen=True)
class Renewed:
    """The new password, which can't be read again, and the names of the tokens that open nothing any more."""

    password: str
    revoked: list[str]


@transaction.atomic
def reset_password(user: User) -> Renewed:
    password = made_up()
    user.set_password(password)
    user.save(update_fields=["password"])
    sign_out(user)
    revoked = list(user.tokens.order_by("name").values_list("name", flat=True))
    user.tokens.all().delete()
    return Renewed(password, revoked)


def made_up() -> str:
    """Something to read out: four groups of four, 80 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(LENGTH)) for _group in range(GROUPS))
