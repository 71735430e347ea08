"""What sales does in the background: figures, enquiries that come in, clocks that stop, leads whose day has come."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.sales.figures import refresh, refresh_all
from rapport.sales.hear_enquiries import hear_answers, hear_enquiries, hear_whose
from rapport.sales.learn_scores import learn_scores
from rapport.sales.settle_lead import wake
from rapport.sales.take_standings import take_standings

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


@app.task(name="sales.hear", priority=-2)
def hear(event_id: int) -> None:
    """Interactions came in: some ask for something, some answer whoever asked."""
    event = Event.objects.get(pk=event_id)
    for batch in event.batches(of=BATCH):
        hear_enquiries(batch, at=event.at)
        hear_answers(batch, at=event.at)


@app.task(name="sales.hear_assigned", priority=-2)
def hear_assigned(event_id: int) -> None:
    """Interactions became somebody's: an enquiry of nobody known may be among them, or an answer."""
    event = Event.objects.get(pk=event_id)
    for batch in event.batches(of=BATCH):
        hear_whose(batch, at=event.at)
        hear_answers(batch, at=event.at)


@app.periodic(cron="3 * * * *")
@app.task(name="sales.wake_leads", priority=-6, queueing_lock="sales.wake_leads")
def wake_leads(timestamp: int) -> None:  # noqa: ARG001
    """Every hour, since days begin at another hour elsewhere."""
    wake(at=timezone.now())


@app.periodic(cron="52 23 * * *")
@app.task(name="sales.write_standings", priority=-8, queueing_lock="sales.write_standings")
def write_standings(timestamp: int) -> None:  # noqa: ARG001
    """How deals stand this evening, for forecasts to be compared with."""
    take_standings(timezone.localdate())


@app.periodic(cron="11 4 * * *")
@app.task(name="sales.learn", priority=-8, queueing_lock="sales.learn")
def learn(timestamp: int) -> None:  # noqa: ARG001
    """What ended since the last night teaches the next day's scores."""
    learn_scores(at=timezone.now())
