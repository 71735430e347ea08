"""Figures kept up to date in the background."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.sales.figures import refresh, refresh_all

BATCH = 1_000


@app.task(name="sales.refresh_figures", priority=-7)
def refresh_figures(event_id: int) -> None:
    """Orders came in, and those who ordered have new figures."""
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        members = Member.objects.filter(orders__in=batch)
        refresh(list(members.values_list("customer_id", flat=True).distinct()), at=timezone.now())


@app.task(name="sales.refresh_customers", priority=-7)
def refresh_customers(event_id: int) -> None:
    """Customers became one or two, and their orders with them."""
    for batch in Event.objects.get(pk=event_id).batches(of=BATCH):
        refresh(batch, at=timezone.now())


@app.periodic(cron="37 3 * * *")
@app.task(name="sales.refresh_nightly", priority=-8, queueing_lock="sales.refresh_nightly")
def refresh_nightly(timestamp: int) -> None:  # noqa: ARG001
    """Twelve months end a day later every day."""
    refresh_all(at=timezone.now())
