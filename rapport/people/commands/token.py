"""`rapport token`: make an API token for a user."""

import argparse
import sys
from datetime import timedelta

from rapport.people.models import ApiToken, User
from rapport.people.roles import PERMISSIONS

HELP = "Make an API token that acts as a user, and print it: it can't be read again."
NOT_STARTED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL", help="the address that the user signs in with")
    parser.add_argument("--name", default="command line", help="what the token is for (default: %(default)s)")
    parser.add_argument("--days", type=int, metavar="N", help="how long it is valid (default: until it is removed)")
    parser.add_argument(
        "--scope",
        action="append",
        default=[],
        choices=sorted(PERMISSIONS),
        metavar="PERMISSION",
        help="something it may do; may be repeated (default: all that the role may do)",
    )


def run(options: argparse.Namespace) -> int:
    user = User.objects.filter(email=options.email.strip().lower()).first()
    trouble = why_not(user, options)
    if user is None or trouble:
        sys.stderr.write(f"rapport: {trouble}\n")
        return NOT_STARTED
    valid_for = timedelta(days=options.days) if options.days else None
    token = ApiToken.issue(user, options.name[:200], sorted(set(options.scope)), valid_for)
    sys.stdout.write(f"{token}\n")
    return 0


def why_not(user: User | None, options: argparse.Namespace) -> str:
    """What stands against this token; empty when nothing does."""
    if user is None:
        return f"nobody signs in as {options.email}; add them with: rapport user {options.email} --role ROLE"
    if not user.is_active:
        return f"{user.email} is not active"
    if options.days is not None and options.days < 1:
        return "a token is valid for a day at least"
    beyond = sorted(one for one in options.scope if not user.allows(one))
    if beyond:
        return f"the roles of {user.email} do not include {', '.join(beyond)}"
    return ""
