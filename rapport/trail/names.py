"""What people call the rooms in which something is kept."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROOMS: "dict[str, StrOrPromise]" = {
    "agenda": _("Tasks"),
    "audit": _("Audit trail"),
    "calendars": _("Meetings"),
    "consent": _("Consents"),
    "customers": _("Customers"),
    "fields": _("Fields"),
    "journal": _("Facts and changes"),
    "letters": _("Templates"),
    "lists": _("Saved views"),
    "people": _("People and access"),
    "privacy": _("Privacy"),
    "web": _("Web sites and forms"),
    "webhooks": _("Web requests"),
}
