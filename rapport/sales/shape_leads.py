"""Say where leads come from and to whom they go; begin with common sources."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy

from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.enquiry import LeadSource, Route
from rapport.sales.pipeline import Reason

# Name, answered within hours, channel of what becomes a lead by itself.
COMMON = (
    (gettext_lazy("Web form"), 4, "web"),
    (gettext_lazy("Call"), 4, ""),
    (gettext_lazy("E-mail"), 8, ""),
    (gettext_lazy("Recommendation"), 24, ""),
    (gettext_lazy("Trade fair"), 48, ""),
)
UNFIT = (
    gettext_lazy("Not what we offer"),
    gettext_lazy("No need or no budget"),
    gettext_lazy("Can't be reached"),
    gettext_lazy("No enquiry at all"),
)


@transaction.atomic
def begin_sources(*, by: User, at: datetime) -> None:
    """Common sources and reasons, in the reader's language; once."""
    if not LeadSource.objects.exists():
        made = LeadSource.objects.bulk_create(
            LeadSource(name=str(name), place=place, hours=hours, channel=channel)
            for place, (name, hours, channel) in enumerate(COMMON)
        )
        record(Fact.LEAD_ROUTES_CHANGED, [one.pk for one in made], by=by, at=at)
    if not Reason.objects.filter(end=Reason.UNFIT).exists():
        Reason.objects.bulk_create(Reason(end=Reason.UNFIT, name=str(name)) for name in UNFIT)


@transaction.atomic
def keep_lead_part(part: LeadSource | Route, *, by: User, at: datetime) -> None:
    """Keep a source or a route as it is now; a new source is the last."""
    if isinstance(part, LeadSource) and not LeadSource.objects.filter(pk=part.pk).exists():
        part.place = (LeadSource.objects.aggregate(last=Max("place"))["last"] or 0) + 1
    part.save()
    record(Fact.LEAD_ROUTES_CHANGED, [part.pk], by=by, at=at)


@transaction.atomic
def retire_lead_part(part: LeadSource | Route, *, by: User, at: datetime) -> None:
    """Take it out of use; leads that came or went by it say so for ever. Routes of a source go with it."""
    if isinstance(part, LeadSource):
        Route.objects.current().filter(source=part).update(retired_at=at)
    part.retired_at = at
    part.save(update_fields=["retired_at"])
    record(Fact.LEAD_ROUTES_CHANGED, [part.pk], by=by, at=at)
