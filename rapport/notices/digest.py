"""The digest: what a user has not read, as an e-mail in their language and on their clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.agenda.due import due_label
from rapport.notices.choose import zone_of
from rapport.notices.models import Kind, Notice
from rapport.notices.read import Reminded, place_of, reminders_of
from rapport.notices.words import title_of
from rapport.people.models import User

MOST, OF_A_KIND = 500, 12


@dataclass(frozen=True)
class Letter:
    """A digest as it leaves; `told` are the notices in it."""

    subject: str
    text: str
    told: Sequence[Notice]


def digest_of(user: User, *, at: datetime) -> Letter | None:
    """What was not read and not told by e-mail yet, as far as ``user`` may see it now; None when there is nothing.

    It names records and kinds, and none of the words that were said: a mail travels through many hands.
    """
    with translation.override(user.language or None), timezone.override(zone_of(user)):
        found = Notice.objects.visible_to(user).unread().filter(digested_at=None).with_all()
        notices = list(found.order_by("-at", "-pk")[:MOST])
        due = reminders_of(user, until=at)
        if not notices and not due:
            return None
        count = len(notices) + len(due)
        subject = ngettext("Rapport: %(count)d thing for you", "Rapport: %(count)d things for you", count)
        return Letter(subject % {"count": count}, text_of(user, notices, due, at), notices)


def text_of(user: User, notices: Sequence[Notice], due: Sequence[Reminded], at: datetime) -> str:
    told = [one for one in notices if one.kind != Kind.REMINDER]
    order = list(Kind)
    parts = [_("Hello %(name)s,") % {"name": user.name}]
    if due:
        parts.append(section(_("Reminders that are due"), [f"{one.title}{link(one.url)}" for one in due]))
    told.sort(key=lambda one: order.index(Kind(one.kind)))
    for kind, several in groupby(told, key=lambda one: Kind(one.kind)):
        parts.append(section(str(kind.label), shortened([line(one, at) for one in several])))
    parts.append(
        _("How you are told is in Rapport, in the menu under your name: How I am told.") + link("/profile/notices/")
    )
    return "\n\n".join(parts) + "\n"


def shortened(lines: Sequence[str]) -> list[str]:
    """The newest few; how many more there are."""
    rest = len(lines) - OF_A_KIND
    more = [_("and %(count)d more in Rapport") % {"count": rest}] if rest > 0 else []
    return [*lines[:OF_A_KIND], *more]


def section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"- {one}" for one in lines)])


def line(notice: Notice, at: datetime) -> str:
    return f"{title_of(notice)} ({due_label(notice.at, at)}){link(place_of(notice))}"


def link(path: str) -> str:
    """An address that leads there from a mail, where the installation knows its own."""
    return f"\n  {settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else ""
