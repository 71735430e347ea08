"""Say where a customer is found."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.visits.models import Spot

FINEST = Decimal("0.00001")


@transaction.atomic
def mark_spot(
    customer: Customer, latitude: Decimal, longitude: Decimal, *, means: Spot.Means, by: User, at: datetime
) -> Spot:
    """The place, to about a metre; what was said before stands in the history. Beyond the earth: ValidationError."""
    member = main_member(customer)
    spot = Spot.objects.select_for_update().filter(member=member).first() or Spot(member=member)
    spot.latitude, spot.longitude = latitude.quantize(FINEST), longitude.quantize(FINEST)
    spot.means, spot.by, spot.at = means, by, at
    spot.clean_fields()
    spot.save()
    record(Fact.CUSTOMERS_CHANGED, [customer.pk], by=by, at=at)
    return spot
