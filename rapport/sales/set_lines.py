"""Say what a deal is about; its amount follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

from django.db import transaction

from rapport.catalogue.product import Period, Product
from rapport.journal.rows import Written, added, changed, image
from rapport.lib.money import line_amount
from rapport.people.models import User
from rapport.sales.about_deal import tell
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine

FIELDS = ("product", "name", "quantity", "unit_price", "discount", "every", "months")
MOST = 200
DEFAULT_TERM = Period.YEAR.value


@dataclass(frozen=True)
class LineWish:
    """A line as it shall be. ``name`` "" is the product's; ``months`` None is a year, where the product is billed again and again."""

    product: Product | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    name: str = ""
    months: int | None = None

    @property
    def every(self) -> int | None:
        return self.product.every if self.product else None

    def whole(self) -> "LineWish":
        """With all that the product says of it."""
        every = self.every
        months = None if every is None else max(every, (self.months or DEFAULT_TERM) // every * every)
        return replace(self, name=self.name or str(self.product or "–"), months=months)


def comes_to(wishes: Sequence[LineWish], currency: str) -> Decimal:
    """What these lines bring over their terms, in ``currency``."""
    return sum((over_term(one.whole(), currency) for one in wishes), Decimal(0))


def over_term(wish: LineWish, currency: str) -> Decimal:
    times = wish.months // wish.every if wish.months and wish.every else 1
    return line_amount(wish.quantity, wish.unit_price, wish.discount, currency) * times


@dataclass(frozen=True)
class Otherwise:
    """Somebody changed the lines since they were looked at; nothing was done."""

    deal: Deal


def seen_as(lines: Sequence[DealLine]) -> str:
    """A mark of the lines as they are, to be sent along with a change."""
    told = [[str(getattr(one, name)) for name in ("product_id", *FIELDS[1:])] for one in lines]
    return blake2b(repr(told).encode(), digest_size=12).hexdigest()


@transaction.atomic
def set_lines(
    deal_id: int, wishes: Sequence[LineWish], *, currency: str, seen: str | None, by: User | None, at: datetime
) -> Deal | Otherwise:
    """Make the lines of the deal these, in this order; ``seen`` is what `seen_as` said, None: whatever they were.

    The amount of the deal becomes what they come to over their terms; without lines it stays what it was.
    """
    deal = Deal.objects.select_for_update().get(pk=deal_id)
    lines = list(deal.lines.in_order())
    if seen is not None and seen != seen_as(lines):
        return Otherwise(deal)
    before = image(deal)
    written: list[Written] = []
    for place, wish in enumerate(wishes):
        known = lines[place] if place < len(lines) else None
        written += laid(known, DealLine(deal=deal, place=place), wish.whole())
    for gone in lines[len(wishes) :]:
        kept, pk = image(gone), gone.pk
        gone.delete()
        written.append(Written(DealLine, pk, kept, None))
    deal.currency = currency or deal.currency
    now = list(deal.lines.in_order())
    for one in now:
        one.deal = deal
    if now:
        deal.amount = sum((one.whole for one in now), Decimal(0))
    if written or deal.currency != (before or {}).get("currency"):
        deal.save()
        tell(deal, [*written, changed(deal, before)], "lines", by=by, at=at)
    return deal


def laid(known: DealLine | None, fresh: DealLine, wish: LineWish) -> list[Written]:
    """Lay a wish over the line that stands in its place; nothing where it is the same."""
    line = known or fresh
    if known and all(getattr(known, name) == getattr(wish, name) for name in FIELDS):
        return []
    before = image(known) if known else None
    for name in FIELDS:
        setattr(line, name, getattr(wish, name))
    line.save()
    return [changed(line, before) if known else added(line)]
