"""Open a deal with a customer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.rows import added
from rapport.people.models import User
from rapport.sales.about_deal import tell
from rapport.sales.deal import Deal, Move
from rapport.sales.pipeline import Stage

# The same again so soon is a form that was sent twice.
TWICE = timedelta(minutes=1)


@dataclass(frozen=True)
class NewDeal:
    """A deal as it begins. ``amount`` in ``currency``; ``probability`` in percent, None: that of its stage."""

    name: str
    stage: Stage
    owner: User
    amount: Decimal | None = None
    currency: str = ""
    probability: int | None = None
    closes_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None


@transaction.atomic
def open_deal(new: NewDeal, *, customer: Customer, by: User, at: datetime) -> Deal:
    """The new deal; the one just opened, when the same is asked for twice."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    wanted = values(new, customer, by)
    known = Deal.objects.open().filter(opened_at__gt=at - TWICE, **wanted).first()
    if known:
        return known
    deal, first = begin_deal(new, customer=customer, by=by, at=at)
    # Taken back in this order: the move is of the deal.
    tell(deal, [added(first), added(deal)], "opened", by=by, at=at)
    return deal


def begin_deal(new: NewDeal, *, customer: Customer, by: User, at: datetime) -> tuple[Deal, Move]:
    """The rows of a new deal; whoever asks for them says how they are taken back."""
    deal = Deal.objects.create(opened_at=at, stage_since=at, **values(new, customer, by))
    return deal, Move.objects.create(deal=deal, to_stage=new.stage, at=at, by=by)


def values(new: NewDeal, customer: Customer, by: User) -> dict[str, Any]:
    return {
        "name": new.name,
        "member": main_member(customer),
        "pipeline": new.stage.pipeline,
        "stage": new.stage,
        "owner": new.owner,
        "amount": new.amount,
        "currency": new.currency if new.amount is not None else "",
        "probability": new.probability,
        "closes_on": new.closes_on,
        "next_step": new.next_step,
        "next_step_on": new.next_step_on,
        "created_by": by,
    }
