"""Take somebody through a sequence, from its first step on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from rapport.channels.models import MailAccount
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.letters.compose import addresses_of
from rapport.letters.senders import accounts_of
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.lead import Lead
from rapport.sequences.models import Course, Sequence, Step
from rapport.sequences.when_next import when_next


class SequenceError(Exception):
    """It can't be started: `running`, `empty`, `retired`, `no address`, `no account` or `gone`."""


@dataclass(frozen=True)
class About:
    """What it is about, so that it stops when that is closed; and from which account letters leave."""

    lead: Lead | None = None
    deal: Deal | None = None
    account: MailAccount | None = None


@dataclass
class Started:
    """What became of many: the courses, and how often which reason stood against one."""

    courses: list[Course] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone or settings.TIME_ZONE)


def due_of(sequence: Sequence, step: Step, by: User, *, after: datetime) -> datetime:
    hours = (sequence.from_hour, sequence.to_hour)
    return when_next(after, step.days, zone_of(by), hours, workdays=sequence.workdays)


def in_turn(customer_id: int) -> None:
    """Two who start at once for one customer: the second sees what the first did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(12, %s)", [customer_id % 2**31])


@transaction.atomic
def start(sequence: Sequence, customer: Customer, about: About, *, by: User, at: datetime) -> Course:
    """Raises SequenceError."""
    in_turn(customer.pk)
    steps = list(sequence.steps.order_by("place"))
    account = about.account or accounts_of(by).first()
    refuse(sequence, steps, customer, account, by=by)
    running = Course.objects.running().filter(member__customer=customer)
    same = running.filter(sequence=sequence)
    if same.exists() or (not sequence.beside and running.filter(alone=True).exists()):
        raise SequenceError("running")
    course = Course.objects.create(
        sequence=sequence,
        member=main_member(customer),
        lead=about.lead,
        deal=about.deal,
        account=account,
        by=by,
        alone=not sequence.beside,
        place=steps[0].place,
        due_at=due_of(sequence, steps[0], by, after=at),
        started_at=at,
    )
    record(Fact.SEQUENCES_CHANGED, [course.pk], by=by, at=at)
    return course


def refuse(sequence: Sequence, steps: list[Step], customer: Customer, account: MailAccount | None, *, by: User) -> None:
    """What stands against it, whatever else runs. Raises SequenceError."""
    if sequence.retired_at:
        raise SequenceError("retired")
    if not steps:
        raise SequenceError("empty")
    if customer.merged_into_id or customer.trashed_at:
        raise SequenceError("gone")
    if any(one.kind == Step.Kind.MAIL for one in steps):
        if not addresses_of(customer, writer=by):
            raise SequenceError("no address")
        if account is None:
            raise SequenceError("no account")


def start_many(sequence: Sequence, customers: Iterable[Customer], about: About, *, by: User, at: datetime) -> Started:
    """Each by itself: what stands against one stops none of the others."""
    found = Started()
    for one in customers:
        try:
            found.courses.append(start(sequence, one, about, by=by, at=at))
        except SequenceError as problem:
            found.refused[str(problem)] = found.refused.get(str(problem), 0) + 1
    return found
