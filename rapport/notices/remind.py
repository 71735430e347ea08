"""Be reminded of something: set, put off, done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rapport.agenda.models import Task
from rapport.calendars.models import Meeting
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Member
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.notices.models import Reminder
from rapport.people.models import User
from rapport.timeline.models import Interaction

# The same again so soon is a form that was sent twice.
TWICE = timedelta(minutes=1)


@dataclass(frozen=True)
class About:
    """What one is reminded of: at most one of these, with the customer where it has one."""

    customer: Customer | None = None
    task: Task | None = None
    interaction: Interaction | None = None
    meeting: Meeting | None = None

    @property
    def name(self) -> str:
        """What it is called, as far as it has a name."""
        thing = self.task or self.meeting or self.interaction
        return " · ".join(str(one) for one in (thing, self.customer) if one)

    @property
    def member(self) -> Member | None:
        return main_member(self.customer) if self.customer else None


@transaction.atomic
def remind(about: About, *, due_at: datetime, note: str, by: User, at: datetime) -> Reminder:
    """The reminder for ``due_at``; one that stands open about the same is moved, so that there is one at a time."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    thing = {"member": about.member, "task": about.task, "interaction": about.interaction, "meeting": about.meeting}
    same = Reminder.objects.open().filter(user=by, **thing)
    if not any(thing.values()):
        same = same.filter(note=note, made_at__gt=at - TWICE)
    known = same.first()
    if known:
        return moved(known, due_at, note or known.note, at=at)
    made = Reminder.objects.create(user=by, at=due_at, note=note, made_at=at, **thing)
    record(Fact.REMINDERS_CHANGED, [made.pk], by=by, at=at, user=by.pk)
    return made


def put_off(reminder: Reminder, *, due_at: datetime, note: str, at: datetime) -> Reminder:
    """Not now: it rings again at ``due_at``."""
    return moved(reminder, due_at, note, at=at)


@transaction.atomic
def moved(reminder: Reminder, due_at: datetime, note: str, *, at: datetime) -> Reminder:
    reminder.at, reminder.note, reminder.rung_at, reminder.closed_at = due_at, note, None, None
    reminder.save(update_fields=["at", "note", "rung_at", "closed_at"])
    record(Fact.REMINDERS_CHANGED, [reminder.pk], by=reminder.user, at=at, user=reminder.user_id)
    return reminder


@transaction.atomic
def close(reminder: Reminder, *, at: datetime) -> None:
    """It is done, or no longer wanted; harmless when it is already."""
    if Reminder.objects.open().filter(pk=reminder.pk).update(closed_at=at):
        record(Fact.REMINDERS_CHANGED, [reminder.pk], by=reminder.user, at=at, user=reminder.user_id)


@transaction.atomic
def reopen(reminder: Reminder, *, at: datetime) -> None:
    """Take back that it is done."""
    if Reminder.objects.filter(pk=reminder.pk).exclude(closed_at=None).update(closed_at=None):
        record(Fact.REMINDERS_CHANGED, [reminder.pk], by=reminder.user, at=at, user=reminder.user_id)


def main_customer(one: Interaction, *, reader: User) -> int:
    """The customer that an interaction is about, or the first of those in it whom ``reader`` may see; 0 for nobody."""
    seen = Member.objects.visible_to(reader).values("pk")
    seats = one.participations.filter(member__in=seen).order_by("-main", "pk")
    return seats.values_list("member__customer", flat=True).first() or 0
