"""Every contact of one week with the customers that one user looks after, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rapport.home.day import WEEK, News, contacts_of, lines_of, start_of_week
from rapport.people.models import User
from rapport.timeline.read import Cursor

LIMIT = 50


@dataclass(frozen=True)
class ContactsPage:
    """Some contacts, newest first; ``next`` is where the following page begins."""

    lines: tuple[News, ...]
    next: Cursor | None


def contacts_page(user: User, *, week_of: datetime, before: Cursor | None) -> ContactsPage:
    """The contacts in the week of the moment ``week_of``, older than ``before``."""
    monday = start_of_week(week_of)
    found = contacts_of(user).filter(at__gte=monday, at__lt=monday + WEEK)
    if before:
        found = found.filter(Q(at__lt=before.at) | Q(at=before.at, interaction__lt=before.id))
    lines = lines_of(found, reader=user, limit=LIMIT + 1)
    return ContactsPage(tuple(lines[:LIMIT]), lines[LIMIT - 1].entry.cursor if len(lines) > LIMIT else None)
