"""Open a deal in time about what ends."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.quotes.agreement import Agreement
from rapport.sales.deal import Deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import End
from rapport.sales.set_lines import LineWish, set_lines

LONGEST = 200


@transaction.atomic
def renew(*, at: datetime, today: date) -> list[Deal]:
    """One deal for all that ends together, with its owner, with what it was about; run again it opens none."""
    ending = Agreement.objects.select_for_update(of=("self",), skip_locked=True).to_renew(today)
    found = ending.select_related("quote__deal__pipeline", "owner", "member__customer", "product").order_by("pk")
    together: dict[tuple[int, date], list[Agreement]] = defaultdict(list)
    for one in found:
        together[one.quote_id, one.ends].append(one)
    return [deal for some in together.values() if (deal := opened(some, at=at, today=today))]


def opened(some: Sequence[Agreement], *, at: datetime, today: date) -> Deal | None:
    first = some[0]
    stages = first.quote.deal.pipeline.stages.filter(end=End.OPEN, retired_at=None).select_related("pipeline")
    stage = stages.order_by("place").first()
    if stage is None or first.member.customer.trashed_at:
        return None
    name = _("Renewal: %(what)s") % {"what": ", ".join(dict.fromkeys(one.name for one in some))}
    new = NewDeal(
        name[:LONGEST],
        stage,
        first.owner,
        closes_on=first.ends,
        next_step=_("Talk about how it goes on"),
        next_step_on=today,
    )
    deal = open_deal(new, customer=first.member.customer, by=first.owner, at=at)
    wishes = [LineWish(one.product, one.quantity, one.unit_price, name=one.name) for one in some]
    set_lines(deal.pk, wishes, currency=first.currency, seen=None, by=first.owner, at=at)
    Agreement.objects.filter(pk__in=[one.pk for one in some]).update(renewal=deal)
    return deal
