"""Send a quote: freeze it as a document, open its link, put the mail on its way through the gate."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.channels.models import MailAccount
from rapport.consent.write import Draft, write
from rapport.files.keep import Content, keep
from rapport.people.models import User
from rapport.quotes.approve import put, too_deep
from rapport.quotes.as_pdf import as_pdf
from rapport.quotes.links import address_of
from rapport.quotes.quote import OURS, Quote, State
from rapport.quotes.write_quote import QuoteError, held

PDF = "application/pdf"
SOON = timedelta(seconds=10)


@dataclass(frozen=True)
class Cover:
    """The mail that a quote goes out with; without an account none is sent, and the link is handed over otherwise."""

    to: str = ""
    subject: str = ""
    text: str = ""
    account: MailAccount | None = None


@transaction.atomic
def send_quote(quote_id: int, cover: Cover, *, by: User, at: datetime, today: date) -> Quote:
    """From now on it is frozen, and the customer can answer. Raises QuoteError where something stands against it."""
    held(quote_id)
    quote = Quote.objects.whole().get(pk=quote_id)
    if quote.state not in OURS:
        raise QuoteError(_("It was sent and stays as it is. Write a new version instead."))
    if quote.valid_until < today:
        raise QuoteError(_("Its last day has passed. Change until when it is valid."))
    if not quote.lines.exists():
        raise QuoteError(_("There is nothing in it yet."))
    if quote.state == State.ASKED or too_deep(quote, by) is not None:
        raise QuoteError(_("Its discount is deeper than you may give. Somebody has to approve it first."))
    quote.sent_at, quote.link_key = at, secrets.token_urlsafe(18)
    quote.state = State.SENT
    data = as_pdf(quote, language=language_of(quote))
    name = f"{quote.number}-{quote.version}.pdf"
    (quote.document,) = keep([Content(name, PDF, data)], at=at)
    if cover.account:
        quote.message = write(
            letter(quote, cover, Content(name, PDF, data)),
            cover.account,
            key=f"quote:{quote.pk}",
            member=quote.deal.member,
            by=by,
            due_at=at + SOON,
            at=at,
        )
    put(quote, State.SENT, by=by, at=at)
    return quote


def letter(quote: Quote, cover: Cover, pdf: Content) -> Draft:
    """The link stands in what leaves only: whoever reads the mail here can't answer for the customer."""
    with translation.override(language_of(quote)):
        invitation = _("Look at the quote and answer it here:")
    return Draft(
        to=(cover.to,),
        subject=cover.subject,
        text=cover.text,
        enclosed=(pdf,),
        secret=f"{cover.text.rstrip()}\n\n{invitation}\n{address_of(quote)}\n",
    )


@transaction.atomic
def withdraw(quote_id: int, *, by: User, at: datetime) -> Quote:
    """Take back what was sent: its link does not open any more, and nobody can accept it."""
    quote = held(quote_id)
    if quote.state != State.SENT:
        raise QuoteError(_("Only what was sent and not answered yet can be withdrawn."))
    quote.link_key = ""
    put(quote, State.WITHDRAWN, by=by, at=at)
    return quote


def language_of(quote: Quote) -> str:
    """The customer's, as far as our pages speak it."""
    known = {code for code, _name in settings.LANGUAGES}
    wanted = quote.customer.language
    return wanted if wanted in known else str(settings.LANGUAGE_CODE)
