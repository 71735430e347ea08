"""Open a deal about what a plan aims at."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.about_plan import tell
from rapport.accounts.keep_plan import PlanError
from rapport.accounts.models import Aim
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import added, changed, image
from rapport.people.models import User
from rapport.sales.about_deal import whose
from rapport.sales.deal import Deal
from rapport.sales.deal_line import DealLine
from rapport.sales.open_deal import NewDeal, begin_deal
from rapport.sales.pipeline import End, Stage

SOON, USUAL = timedelta(days=7), timedelta(days=90)


@transaction.atomic
def open_aim(aim_id: int, *, by: User, at: datetime) -> Deal:
    """The deal, with a line for what is aimed at; the one that is there, where it was opened already.

    Raises PlanError where no pipeline is there to begin in, or its first stage asks for an estimate.
    """
    aim = Aim.objects.select_for_update(of=("self",)).select_related("member__customer", "plan__member").get(pk=aim_id)
    if aim.deal and aim.deal.closed_at is None:
        return aim.deal
    stage = Stage.objects.current().filter(end=End.OPEN).select_related("pipeline").first()
    if stage is None:
        raise PlanError("", _("There is no pipeline in which a deal could begin."))
    if "amount" in stage.needs and aim.amount is None:
        raise PlanError("", _("Say first what it may bring: the stage “%(stage)s” asks for it.") % {"stage": stage})
    before, today = image(aim), at.date()
    new = NewDeal(
        _("%(what)s for %(whom)s") % {"what": aim, "whom": aim.member.customer.name},
        stage,
        by,
        aim.amount,
        aim.currency,
        closes_on=today + USUAL,
        next_step=_("Ask what they need"),
        next_step_on=today + SOON,
    )
    deal, move = begin_deal(new, customer=aim.member.customer, by=by, at=at)
    price = aim.amount or Decimal(0)
    line = DealLine.objects.create(deal=deal, product=aim.product, name=str(aim), quantity=1, unit_price=price)
    aim.deal = deal
    aim.save()
    # Taken back in this order: what hangs on the deal goes before it.
    tell(aim.plan, [changed(aim, before), added(line), added(move), added(deal)], "deal", by=by, at=at)
    record(Fact.DEALS_CHANGED, [deal.pk], by=by, at=at, **whose(deal))
    return deal
