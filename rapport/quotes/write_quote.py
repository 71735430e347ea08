"""Write a quote from a deal, a new version of one, and say what stands in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.catalogue.find_price import Buyer, asked_price, lists_for, price_of
from rapport.lib.money import with_tax
from rapport.people.models import Brand, User
from rapport.quotes.quote import OURS, Quote, QuoteLine, State
from rapport.quotes.sums import offer_of
from rapport.quotes.tell import tell
from rapport.sales.deal import Deal
from rapport.sales.set_lines import LineWish

VALID = timedelta(days=30)
LOCK = 7_013


class QuoteError(Exception):
    """It can't be done so; the message says why, in the reader's language."""


@dataclass(frozen=True)
class Heading:
    """What a quote says beside its lines."""

    valid_until: date
    discount: Decimal = Decimal(0)
    brand: Brand | None = None
    note: str = ""
    terms: str = ""


@transaction.atomic
def write_quote(deal: Deal, *, by: User, at: datetime, today: date) -> Quote:
    """A draft with the lines of the deal. Raises QuoteError where the deal says nothing of prices yet."""
    if deal.member is None:
        raise QuoteError(_("Say first with which customer the deal is."))
    lines = list(deal.lines.in_order())
    if not lines or not deal.currency:
        raise QuoteError(_("Say first which products the deal is about, and in which currency."))
    buyer = Buyer(deal.currency, today, tags=tuple(deal.member.customer.tags))
    lists = lists_for(buyer)
    quote = Quote.objects.create(
        deal=deal,
        number=next_number(today),
        owner=by,
        currency=deal.currency,
        inclusive=bool(lists and lists[0].inclusive),
        day=today,
        valid_until=today + VALID,
        created_at=at,
        terms=latest_terms(by),
    )
    wishes = [LineWish(one.product, one.quantity, one.unit_price, one.discount, one.name, one.months) for one in lines]
    lay(quote, wishes, net=True)
    tell(quote, "written", by=by, at=at)
    return quote


def latest_terms(by: User) -> str:
    """What one wrote last stands in the next one, too."""
    last = Quote.objects.filter(owner=by).exclude(terms="").order_by("-pk").values_list("terms", flat=True).first()
    return last or ""


def next_number(today: date) -> str:
    """Numbers of a year follow each other without a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, today.year])
    begin = f"Q-{today.year}-"
    numbers = Quote.objects.filter(number__startswith=begin).values_list("number", flat=True)
    last = max((int(one.removeprefix(begin)) for one in numbers if one.removeprefix(begin).isdecimal()), default=0)
    return f"{begin}{last + 1:05}"


@transaction.atomic
def change_quote(quote_id: int, heading: Heading, wishes: Sequence[LineWish], *, by: User, at: datetime) -> Quote:
    """Make a draft this. Raises QuoteError once it has left the house; what was approved has to be approved anew."""
    quote = held(quote_id)
    if quote.state not in OURS:
        raise QuoteError(_("It was sent and stays as it is. Write a new version instead."))
    quote.approvals.filter(granted=None).update(granted=False, decided_at=at, decided_by=by, said=_("changed"))
    quote.state = State.DRAFT
    for name in ("valid_until", "discount", "brand", "note", "terms"):
        setattr(quote, name, getattr(heading, name))
    quote.save()
    lay(quote, wishes)
    tell(quote, "changed", by=by, at=at)
    return quote


@transaction.atomic
def new_version(quote_id: int, *, by: User, at: datetime, today: date) -> Quote:
    """A draft like it; the one before stays as it was and does not open any more."""
    old = held(quote_id)
    if old.state == State.ACCEPTED:
        raise QuoteError(_("It is accepted. Write another quote for what is wanted besides."))
    last = Quote.objects.filter(number=old.number).order_by("-version")[0]
    if last.pk != old.pk:
        raise QuoteError(_("There is a newer version already."))
    lines = list(old.lines.in_order())
    fresh = Quote.objects.get(pk=old.pk)
    if old.state not in {State.DECLINED, State.WITHDRAWN}:
        old.state = State.SUPERSEDED
    old.link_key = ""
    old.save()
    fresh.pk, fresh.version, fresh.state, fresh.owner = None, old.version + 1, State.DRAFT, by
    fresh.day, fresh.valid_until, fresh.created_at = today, max(old.valid_until, today + VALID), at
    fresh.sent_at = fresh.seen_at = fresh.answered_at = None
    fresh.document = fresh.message = fresh.order = None
    fresh.link_key = ""
    fresh.save()
    for one in lines:
        one.pk, one.quote = None, fresh
        one.tax = one.product.tax.rate_on(today) if one.product and one.product.tax else one.tax
    QuoteLine.objects.bulk_create(lines)
    tell(fresh, "version", by=by, at=at)
    return fresh


def held(quote_id: int) -> Quote:
    """The quote, locked."""
    return Quote.objects.select_for_update(of=("self",)).select_related("deal").get(pk=quote_id)


def lay(quote: Quote, wishes: Sequence[LineWish], *, net: bool = False) -> None:
    """Make the lines these. ``net``: their prices are without tax, whatever those of the quote are."""
    quote.lines.all().delete()
    buyer = Buyer(quote.currency, quote.day, brand_id=quote.brand_id, tags=tuple(quote.customer.tags))
    lists = lists_for(buyer)
    lines = []
    for place, asked in enumerate(wishes):
        wish = asked.whole()
        product = wish.product
        rate = product.tax.rate_on(quote.day) if product and product.tax else Decimal(0)
        found = price_of(product, wish.quantity, buyer, lists) if product else None
        lines.append(
            QuoteLine(
                quote=quote,
                place=place,
                product=product,
                name=wish.name,
                description=product.description if product else "",
                unit=product.unit if product else "",
                quantity=wish.quantity,
                listed_price=asked_price(found, rate, inclusive=quote.inclusive) if found else None,
                unit_price=with_tax(wish.unit_price, rate) if net and quote.inclusive else wish.unit_price,
                discount=wish.discount,
                tax=rate,
                every=wish.every,
                months=wish.months,
            )
        )
    QuoteLine.objects.bulk_create(lines)
    quote.total = offer_of(quote, lines).net
    quote.save(update_fields=["total"])
