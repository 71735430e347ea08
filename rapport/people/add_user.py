"""Let somebody new in, with a password that is shown once or typed by whoever adds them."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from rapport.people.models import Team, User
from rapport.people.reset_password import made_up
from rapport.people.role import Role


@dataclass(frozen=True)
class Newcomer:
    """Somebody as an administrator describes them."""

    name: str
    email: str
    role: Role
    team: Team | None
    language: str
    time_zone: str = ""
    further: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Added:
    """The new user and the password to tell them."""

    user: User
    password: str


def add_user(newcomer: Newcomer, *, password: str = "") -> Added | None:
    """The new user; None when somebody signs in with this address already."""
    password = password or made_up()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                newcomer.email,
                password,
                name=newcomer.name,
                role=newcomer.role.key,
                team=newcomer.team,
                language=newcomer.language,
                time_zone=newcomer.time_zone,
            )
            user.hold_besides(newcomer.further)
    except IntegrityError:
        return None
    return Added(user, password)
