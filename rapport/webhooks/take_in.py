"""Make of a web request what its source says it becomes, by the same verbs as the API."""

from datetime import datetime

from django.db import DataError, transaction

from rapport.identity.api import NewCustomer
from rapport.identity.register import Outcome, register
from rapport.sales.api import NewOrder
from rapport.sales.record_orders import record_orders
from rapport.timeline.payloads import InteractionIn
from rapport.timeline.receive import receive
from rapport.ui.problem import ProblemError
from rapport.webhooks.models import Arrival, Source
from rapport.webhooks.understand import Rules, UnclearError, understand

Made = tuple[int | None, int | None]


@transaction.atomic
def take_in(arrival_id: int, *, at: datetime) -> Arrival | None:
    """The arrival with what became of it; None when it was handled before."""
    waiting = Arrival.objects.select_for_update(of=("self",)).select_related("source__user")
    arrival = waiting.filter(pk=arrival_id, state=Arrival.State.WAITING).first()
    if arrival is None:
        return None
    try:
        with transaction.atomic():
            arrival.customer_id, arrival.made_id = make(arrival, arrival.source, at=at)
        arrival.state = Arrival.State.DONE
    except UnclearError as problem:
        arrival.state, arrival.why = Arrival.State.UNCLEAR, str(problem)[:500]
    except ProblemError as problem:
        arrival.state, arrival.why = Arrival.State.UNCLEAR, problem.detail[:500]
    except DataError as problem:
        arrival.state, arrival.why = Arrival.State.UNCLEAR, f"A value does not fit: {problem}"[:500]
    arrival.handled_at = at
    arrival.save(update_fields=["customer_id", "made_id", "state", "why", "handled_at"])
    return arrival


def make(arrival: Arrival, source: Source, *, at: datetime) -> Made:
    """(customer, what was made)."""
    payload = understand(arrival, Rules(source.name, source.becomes, source.mapping))
    user = source.user
    if isinstance(payload, InteractionIn):
        (received,) = receive([payload.as_inbound()], by=user, at=at)
        return received.customer_id, received.interaction_id
    if isinstance(payload, NewCustomer):
        return made_customer(payload, source, at=at)
    if not isinstance(payload, NewOrder):
        raise UnclearError("This becomes nothing.")
    (recorded,) = record_orders([payload.as_order()], by=user, at=at)
    return recorded.customer_id, recorded.order_id


def made_customer(payload: NewCustomer, source: Source, *, at: datetime) -> Made:
    payload.check_places(source.user)
    (done,) = register([payload.as_record(source.user)], by=source.user, at=at)
    if done.outcome is Outcome.REFUSED:
        raise UnclearError(f"This identifies a customer {'in the trash' if done.trashed else 'of another team'}.")
    return done.customer_id, done.member_id
