"""What became of an entry of a calendar, and why one can't be read, in the reader's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.channels.calendar.happening import Hindrance

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASONS: "dict[str, StrOrPromise]" = {
    Hindrance.DAMAGED: _("It can't be understood."),
    Hindrance.LARGE: _("It is larger than 1 MB."),
    Hindrance.NESTED: _("Its parts are nested too deep."),
    Hindrance.NO_DATE: _("It does not say when it begins."),
    Hindrance.DATE: _("Its date can't be understood or believed."),
    Hindrance.NO_END: _("The file ends within it."),
    Hindrance.ZONE: _("It names a time zone that nobody knows and the file does not describe."),
    Hindrance.RULE: _("It repeats in a way that can't be followed."),
    Hindrance.OFTEN: _("It repeats too often."),
    Hindrance.CROWD: _("More than 500 people take part."),
    Hindrance.RANGE: _("It changes a series from a day on; bring the whole series instead."),
    "older": _("Something newer was said of it before."),
    "ours": _("It was planned here."),
    "hidden": _("It belongs to another team."),
    "nobody": _("It names nobody who takes part."),
    "vtodo": _("A task."),
    "vjournal": _("A note."),
    "vfreebusy": _("When somebody is busy."),
}
TROUBLES: "dict[str, StrOrPromise]" = {
    "empty": _("It is empty."),
    "not a calendar": _("This is no calendar (.ics)."),
    "large": _("It is larger than 100 MB."),
    "gone": _("The file is no longer on the server. Upload it again."),
    "twice": _("You have subscribed to this calendar already."),
    "address": _("This is no address of a calendar. It begins with https:// or webcal://."),
    "unknown_host": _("There is no server of this name. Is it spelt right?"),
    "not_public": _("The server does not stand on the open internet. An administrator can allow it."),
    "unreachable": _("The server can't be reached."),
    "tls": _("The server's certificate is not valid."),
    "timeout": _("The server took too long."),
    "too_large": _("It is larger than 20 MB."),
    "redirects": _("The server sends from one address to the next without an end."),
    "encoded": _("The server packs its answer, though it was asked not to."),
    "sealed elsewhere": _("The address was sealed by another installation. Subscribe again."),
    "changed": _("It changes there again and again. It is tried later."),
    "not dav": _("There is no calendar server (CalDAV) at this address."),
    "none": _("This account has no calendar."),
    "elsewhere": _("The server sends to another one. Give the address of that one."),
    "401": _("The server wants a password. Use the calendar's secret address instead."),
    "403": _("The server does not let us in. Use the calendar's secret address."),
    "404": _("There is no calendar at this address any more."),
    "410": _("There is no calendar at this address any more."),
}


def reason_in_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def trouble_in_words(trouble: str) -> str:
    """Why a whole calendar can't be read."""
    if trouble.isdigit() and trouble not in TROUBLES:
        return _now("The server answers with error %(status)s.") % {"status": trouble}
    return str(TROUBLES.get(trouble, trouble))
