"""Turn rows of a file of deals into what sales take in, and find whose they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.channels.inbound import Clue
from rapport.customers.models import Customer
from rapport.identity.refer import refer
from rapport.imports.reading import Reader, RowError, row_hash
from rapport.lib.layouts import Row
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.record_deals import DealIn

FIRST_YEAR, LAST_YEAR = 1900, 2200
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class DealRow:
    """One row of a file of deals."""

    deal: DealIn


def deal(reader: Reader, row: Row) -> DealRow:
    amount, chance = reader.number(row, "amount"), reader.number(row, "probability")
    if amount is not None and amount < 0:
        raise RowError(_("“%(text)s” is less than nothing") % {"text": reader.text(row, "amount")[:60]})
    currency = reader.currency(row, "amount")
    if amount and not currency:
        raise RowError(_("an amount without a currency: map a column to it, or give one for all rows"))
    owner = reader.text(row, "owner")
    owner = reader.owners.get(owner, owner)
    opened, closed = reader.moment(row, "opened_at"), reader.moment(row, "closed_at")
    closes = reader.moment(row, "closes_on")
    for moment in (opened, closed, closes):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise RowError(_("“%(text)s” is no possible day") % {"text": moment.date()})
    return DealRow(
        DealIn(
            source=reader.plan.source,
            external_id=reader.proof(row, "external_id") or row_hash(row),
            name=reader.text(row, "name")[:200],
            customer=reader.proof(row, "customer"),
            pipeline=reader.text(row, "pipeline")[:100],
            stage=reader.text(row, "stage")[:100],
            owner=reader.surroundings.owners.get(owner.lower(), owner)[:200],
            product=reader.text(row, "product")[:300],
            amount=amount,
            currency=currency,
            probability=share(chance),
            opened_at=opened,
            closed_at=closed,
            closes_on=localtime(closes, reader.zone).date() if closes else None,
            next_step=reader.text(row, "next_step")[:400],
            reason=reader.text(row, "reason")[:1000],
            competitor=reader.text(row, "competitor")[:100],
        )
    )


def share(chance: Decimal | None) -> int | None:
    """In percent; programs that write shares write 0.25."""
    if chance is None:
        return None
    percent = chance * WHOLE if 0 < chance < 1 else chance
    if not 0 <= percent <= WHOLE:
        raise RowError(_("“%(text)s” is no probability") % {"text": chance})
    return round(percent)


def with_members(rows: Sequence[DealRow], *, by: User | None) -> list[DealIn]:
    """The deals with whose they are: by an id in a source, an account number or a company's name, as far as ``by`` sees."""
    found = refer(Clue("customer", row.deal.customer) for row in rows if row.deal.customer)
    seen = {one.customer_id for one in found.values() if not one.trashed}
    if by and seen:
        seen = set(Customer.objects.visible_to(by).filter(pk__in=seen).values_list("pk", flat=True))
    member = {word: one.member_id for word, one in found.items() if one.customer_id in seen}
    return [replace(row.deal, member_id=member.get(row.deal.customer)) for row in rows]


def hidden_deals(source: str, external_ids: Iterable[str], *, sender: User | None) -> set[str]:
    """Which deals of a source somebody must not see, and so not rewrite either."""
    if sender is None:
        return set()
    known = Deal.objects.filter(source=source, external_id__in=list(external_ids))
    seen = Deal.objects.visible_to(sender).values("pk")
    return set(known.exclude(pk__in=seen).values_list("external_id", flat=True))
