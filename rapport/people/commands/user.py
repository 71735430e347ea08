"""`rapport user`: add a user, or give one a new role and password."""

import argparse
import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from rapport.people.add_team import add_team
from rapport.people.models import User
from rapport.people.role import Role
from rapport.people.roles import BuiltIn

HELP = "Add a user, or give one a new role and password. The password is read from standard input."
NOT_STARTED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="the address to sign in with")
    parser.add_argument(
        "--role", required=True, metavar="ROLE", help=f"{', '.join(BuiltIn.values)}, or the key of one of your own"
    )
    parser.add_argument("--name", help="the person's name (default: the part of the address before the @)")
    parser.add_argument("--team", help="the team whose customers they look after; added when there is none")


def run(options: argparse.Namespace) -> int:
    email = options.email.strip().lower()
    try:
        validate_email(email)
        password = read_password(email)
        user, fresh = enrol(email, password, options)
    except ValidationError as error:
        sys.stderr.write(f"rapport: {' '.join(error.messages)}\n")
        return NOT_STARTED
    done = "added" if fresh else "changed"
    sys.stdout.write(f"{user.email} {done}: {user.role_id}{f' of team {user.team}' if user.team else ''}\n")
    return 0


def read_password(email: str) -> str:
    """From a pipe the first line, from a terminal without showing it."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass(f"Password for {email}: ")
    return (sys.stdin.readline() if sys.stdin is not None else "").rstrip("\r\n")


@transaction.atomic
def enrol(email: str, password: str, options: argparse.Namespace) -> tuple[User, bool]:
    """The user as they are now, and whether they are new. Raises ValidationError for a weak password."""
    user = User.objects.select_for_update(of=("self",)).filter(email=email).first()
    fresh = user is None
    user = user or User(email=email, name=email.partition("@")[0])
    role = Role.objects.filter(key=options.role).first()
    if role is None:
        message = f"there is no role {options.role}; there are {', '.join(Role.objects.in_order().values_list('key', flat=True))}"
        raise ValidationError(message)
    if not password:
        message = "no password: write it to standard input"
        raise ValidationError(message)
    validate_password(password, user)
    user.role, user.is_active = role, True
    user.name = options.name or user.name
    if options.team:
        user.team = add_team(options.team)
    user.set_password(password)
    user.save()
    return user, fresh
