"""Put a deal into a category of the forecast, or leave it to its stage again."""

from datetime import datetime

from django.db import transaction

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.about_deal import whose
from rapport.sales.deal import Deal
from rapport.sales.outlook import Category, Outlook


@transaction.atomic
def say_outlook(deal: Deal, category: Category | None, *, by: User, at: datetime) -> None:
    """None: what its stage says."""
    Deal.objects.select_for_update(no_key=True).get(pk=deal.pk)
    known = Outlook.objects.filter(deal=deal).first()
    if (known.category if known else None) == category:
        return
    if category is None:
        Outlook.objects.filter(deal=deal).delete()
    else:
        Outlook.objects.update_or_create(deal=deal, defaults={"category": category, "by": by, "at": at})
    record(Fact.DEALS_CHANGED, [deal.pk], by=by, at=at, **whose(deal))
