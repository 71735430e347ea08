"""The signed link by which a customer opens a quote: nobody else can make one, and it can be taken back."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from rapport.lib.ids import number
from rapport.quotes.quote import Quote

SALT = "rapport.quotes.link"
# So long after the last day it still shows what was offered and answered.
LASTS_DAYS = 90


def token_of(quote: Quote) -> str:
    return signing.dumps([quote.pk, quote.link_key], salt=SALT, compress=False)


def address_of(quote: Quote) -> str:
    """The whole address of the page that the link opens; empty when it opens none."""
    if not quote.link_key:
        return ""
    ours = settings.PUBLIC_URL or f"http://{settings.HOST}:{settings.PORT}"
    return f"{ours}{reverse('quotes:open', args=[token_of(quote)])}"


def opened(token: str) -> Quote | None:
    """The quote that the link opens; none when it is forged, taken back or too old."""
    try:
        pk, key = signing.loads(token, salt=SALT, max_age=LASTS_DAYS * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if not isinstance(key, str) or not key or not number(str(pk)):
        return None
    return Quote.objects.whole().filter(pk=pk, link_key=key).first()
