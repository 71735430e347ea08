"""What the mail with a quote begins with."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from rapport.customers.models import Identifier
from rapport.customers.veil import hidden_kinds
from rapport.people.models import User
from rapport.quotes.quote import Quote
from rapport.quotes.send_quote import language_of


def beginning(quote: Quote, *, writer: User) -> dict[str, Any]:
    """What a mail with a quote begins with, in the customer's language; without an address that is covered for ``writer``."""
    known = Identifier.objects.filter(member=quote.deal.member, kind="email")
    address = None if Identifier.Kind.EMAIL in hidden_kinds(writer) else known.order_by("pk").first()
    with translation.override(language_of(quote)):
        subject = _("Our quote %(number)s") % {"number": quote.number}
        text = _("Good day,\n\nhere is our quote “%(deal)s”. It is valid until %(day)s.\n\nKind regards\n%(name)s") % {
            "deal": quote.deal.name,
            "day": quote.valid_until.strftime("%d.%m.%Y"),
            "name": quote.owner,
        }
    return {"to": address.value if address else "", "subject": subject, "text": text}
