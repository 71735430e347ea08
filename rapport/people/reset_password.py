"""Give somebody who forgot their password a new one; it ends all their sessions."""

import secrets

from rapport.people.models import User

# Without signs that look alike on paper.
SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, LENGTH = 4, 4


def reset_password(user: User) -> str:
    """The new password; it can't be read again."""
    password = made_up()
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def made_up() -> str:
    """Something to read out: four groups of four, 80 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(LENGTH)) for _group in range(GROUPS))
