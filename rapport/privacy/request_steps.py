"""What happens to a request: received, given to somebody, identity checked, put off, answered; each with its dated row."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.agenda.add_task import add_task
from rapport.agenda.finish_task import finish_task
from rapport.agenda.models import Task
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.privacy.request import Asks, Outcome, Request, Step, last_day


class RequestError(Exception):
    """The request does not allow this step; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    asks: Asks
    who: str
    contact: str
    channel: str
    received_at: datetime
    words: str = ""
    customer: Customer | None = None


def answering() -> models.QuerySet[User]:
    """Colleagues who may answer requests."""
    return User.objects.who_may("privacy.answer_request").order_by("name", "pk")


@transaction.atomic
def receive(asked: Asked, *, assignee: User | None, by: User | None, at: datetime) -> Request:
    """Write a request down; its clock runs from the moment at which it came. Raises RequestError (to come)."""
    if asked.received_at > at:
        raise RequestError("to come")
    request = Request.objects.create(
        asks=asked.asks,
        customer=asked.customer,
        who=asked.who,
        contact=asked.contact,
        channel=asked.channel,
        words=asked.words,
        received_at=asked.received_at,
        due_on=last_day(asked.received_at),
        noted_by=by,
        noted_at=at,
    )
    step(request, Step.Kind.RECEIVED, request.get_channel_display(), by=by, at=at)
    if assignee:
        give(request, assignee, by=by or assignee, at=at)
    return request


@transaction.atomic
def give(request: Request, assignee: User, *, by: User, at: datetime) -> Request:
    """Make ``assignee`` answer it; a task with the last day stands among theirs, and nothing of the person in it."""
    request = open_one(request)
    if request.assignee_id == assignee.pk:
        return request
    end_task(request, by=by, at=at)
    request.assignee = assignee
    request.task = task_for(request, by=by, at=at)
    request.save(update_fields=["assignee", "task"])
    step(request, Step.Kind.GIVEN, assignee.name, by=by, at=at)
    return request


def task_for(request: Request, *, by: User, at: datetime) -> Task | None:
    if request.assignee is None:
        return None
    noon = datetime.combine(request.due_on, time(12), timezone.get_current_timezone())
    with override(request.assignee.language):
        title = _("Answer request %(number)s of a person") % {"number": request.pk}
    return add_task(title, assignee=request.assignee, by=by, at=at, due_at=noon)


def end_task(request: Request, *, by: User, at: datetime) -> None:
    if request.task and request.task.done_at is None:
        finish_task(request.task, by=by, at=at)


@transaction.atomic
def find(request: Request, customer: Customer, *, by: User, at: datetime) -> Request:
    """Say whose request it is; another record than before has to be checked anew."""
    request = open_one(request)
    if request.customer_id != customer.pk:
        request.customer = customer
        request.checked_at, request.checked_by, request.checked_how = None, None, ""
        request.save(update_fields=["customer", "checked_at", "checked_by", "checked_how"])
        step(request, Step.Kind.FOUND, str(customer.pk), by=by, at=at)
    return request


@transaction.atomic
def check(request: Request, how: str, *, by: User, at: datetime) -> Request:
    """Make sure that it is them. Raises RequestError (nobody: it is not said yet whose record it is about)."""
    request = open_one(request)
    if request.customer_id is None:
        raise RequestError("nobody")
    request.checked_at, request.checked_by, request.checked_how = at, by, how
    request.save(update_fields=["checked_at", "checked_by", "checked_how"])
    step(request, Step.Kind.CHECKED, how, by=by, at=at)
    return request


@transaction.atomic
def extend(request: Request, until: date, why: str, *, by: User, at: datetime) -> Request:
    """Put the last day off, by two months at most. Raises RequestError (too far, not later, too late)."""
    request = open_one(request)
    if until > request.furthest:
        raise RequestError("too far")
    if until <= request.due_on:
        raise RequestError("not later")
    if request.overdue(timezone.localtime(at).date()):
        # The person has to hear of it within the first month.
        raise RequestError("too late")
    request.due_on, request.extended_at, request.extended_why = until, at, why
    end_task(request, by=by, at=at)
    request.task = task_for(request, by=by, at=at)
    request.save(update_fields=["due_on", "extended_at", "extended_why", "task"])
    step(request, Step.Kind.EXTENDED, why, by=by, at=at)
    return request


@transaction.atomic
def note(request: Request, words: str, *, by: User, at: datetime) -> Step:
    return step(open_one(request), Step.Kind.NOTED, words, by=by, at=at)


@transaction.atomic
def close(request: Request, outcome: Outcome, *, ground: str, proof: str, by: User, at: datetime) -> Request:
    """Answer it. Raises RequestError (unchecked: what is done is done for them only; no ground for a refusal; no proof)."""
    request = open_one(request)
    if outcome != Outcome.REFUSED and not request.checked:
        raise RequestError("unchecked")
    if outcome != Outcome.DONE and not ground:
        raise RequestError("no ground")
    if not proof:
        raise RequestError("no proof")
    request.outcome, request.ground, request.proof = outcome, ground, proof
    request.closed_at, request.closed_by = at, by
    request.save(update_fields=["outcome", "ground", "proof", "closed_at", "closed_by"])
    end_task(request, by=by, at=at)
    step(request, Step.Kind.CLOSED, str(Outcome(outcome).label), by=by, at=at)
    return request


def open_one(request: Request) -> Request:
    """``request`` as it stands now, locked. Raises RequestError (closed)."""
    now = Request.objects.select_for_update(of=("self",)).select_related("assignee", "task", "customer")
    found = now.get(pk=request.pk)
    if found.closed:
        raise RequestError("closed")
    return found


def step(request: Request, kind: Step.Kind, words: str, *, by: User | None, at: datetime) -> Step:
    made = Step.objects.create(request=request, kind=kind, words=words[:1_000], by=by, at=at)
    record(Fact.REQUESTS_CHANGED, [request.pk], by=by, at=at)
    return made
