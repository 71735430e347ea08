"""What people call the rooms in which something is kept."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROOMS: "dict[str, StrOrPromise]" = {
    "account": _("Addresses to sign in with"),
    "accounts": _("Account plans"),
    "agenda": _("Tasks"),
    "audit": _("Audit trail"),
    "bulk": _("Bulk changes"),
    "calendars": _("Meetings"),
    "catalogue": _("Products"),
    "channels": _("Mail accounts"),
    "consent": _("Consents"),
    "customers": _("Customers"),
    "demo": _("Demo company"),
    "drafts": _("Drafts"),
    "fields": _("Fields"),
    "files": _("Files"),
    "handovers": _("Hand-overs"),
    "home": _("Home"),
    "identity": _("Duplicates and merges"),
    "imports": _("Imports"),
    "journal": _("Facts and changes"),
    "letters": _("Templates"),
    "lists": _("Saved views"),
    "mail": _("E-mail"),
    "mfa": _("Passkeys and second proofs"),
    "migration": _("Move in"),
    "notices": _("Notices"),
    "people": _("People and access"),
    "pghistory": _("Who made a change"),
    "privacy": _("Privacy"),
    "profile": _("Customer page"),
    "quotes": _("Quotes"),
    "rules": _("Rules"),
    "sales": _("Orders"),
    "insight": _("Figures"),
    "search": _("Search"),
    "sessions": _("Signed-in browsers"),
    "socialaccount": _("Sign-in of the company"),
    "telephony": _("Telephone"),
    "timeline": _("Timeline"),
    "usersessions": _("Where people are signed in"),
    "visits": _("Visits"),
    "bookings": _("Booking links"),
    "sequences": _("Sequences"),
    "web": _("Web sites and forms"),
    "webhooks": _("Web requests"),
}
