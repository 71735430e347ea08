"""Read one user's day: what is to do, what is new, what was seen last, three figures. A fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.agenda.models import Task
from rapport.agenda.open_tasks import OpenTask, as_open
from rapport.customers.models import Customer
from rapport.notices.models import Kind, Notice, Reminder
from rapport.notices.read import Line, as_line
from rapport.people.models import User
from rapport.timeline.lines import kind_in_words
from rapport.timeline.models import Participation
from rapport.timeline.read import Entry, entries_of
from rapport.timeline.waiting import ENOUGH, waiting

WEEK = timedelta(days=7)
TASKS, NEWS, RECENTS, MENTIONS = 100, 12, 8, 8


@dataclass(frozen=True)
class ToDo:
    """A task as the day shows it; the customer is None when there is none that the reader may see."""

    open: OpenTask
    customer: Customer | None

    @property
    def task(self) -> Task:
        return self.open.task


@dataclass(frozen=True)
class Group:
    title: str
    lines: tuple[ToDo, ...]
    late: bool = False


@dataclass(frozen=True)
class Tasks:
    """Open tasks of one user by when they are due; those without a date are in ``later``."""

    overdue: tuple[ToDo, ...]
    today: tuple[ToDo, ...]
    later: tuple[ToDo, ...]
    more: bool

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.later)

    @property
    def groups(self) -> tuple[Group, ...]:
        return (
            Group(_("Overdue"), self.overdue, late=True),
            Group(_("Today"), self.today),
            Group(_("Later"), self.later),
        )


@dataclass(frozen=True)
class News:
    """What happened to one's customers; ``fresh`` when it came after the last visit."""

    entry: Entry
    customer: Customer
    fresh: bool

    @property
    def words(self) -> str:
        """What it was about; the kind of it when it says nothing."""
        return self.entry.subject or self.entry.text or kind_in_words(self.entry.kind)


@dataclass(frozen=True)
class Figures:
    customers: int
    contacts: int
    contacts_last_week: int
    waiting: int

    @property
    def many_wait(self) -> bool:
        """Whether counting stopped there."""
        return self.waiting >= ENOUGH


def tasks_of(user: User, *, at: datetime) -> Tasks:
    tomorrow = start_of_day(at) + timedelta(days=1)
    mine = (
        Task.objects.visible_to(user)
        .open()
        .filter(assignee=user)
        .exclude(Exists(Reminder.objects.waiting().filter(task=OuterRef("pk"), user=user)))
        .select_related("member__customer")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    found = list(mine[: TASKS + 1])
    seen = {customer.pk for customer in visible(user, (task.member.customer_id for task in found if task.member))}
    lines = [ToDo(one, customer_of(one.task, seen)) for one in as_open(found[:TASKS], at)]
    due = [line for line in lines if not line.open.overdue and line.task.due_at and line.task.due_at < tomorrow]
    return Tasks(
        tuple(line for line in lines if line.open.overdue),
        tuple(due),
        tuple(line for line in lines if not line.open.overdue and line not in due),
        more=len(found) > TASKS,
    )


def customer_of(task: Task, seen: set[int]) -> Customer | None:
    customer = task.member.customer if task.member else None
    return customer if customer and customer.pk in seen else None


def visible(user: User, customer_ids: Iterable[int]) -> QuerySet[Customer]:
    return Customer.objects.visible_to(user).filter(pk__in=set(customer_ids))


def mentions_of(user: User) -> list[Line]:
    """Where colleagues spoke to ``user``, as long as it is not read."""
    found = Notice.objects.visible_to(user).unread().filter(kind=Kind.MENTION).with_all()
    return [as_line(one) for one in found.order_by("-at", "-pk")[:MENTIONS]]


def news_of(user: User, *, since: datetime | None, at: datetime, limit: int = NEWS) -> list[News]:
    """What others did or sent in the last seven days with the customers that ``user`` owns, newest first."""
    seats = Participation.objects.filter(main=True, at__gte=at - WEEK, member__customer__in=owned(user))
    return lines_of(seats.exclude(interaction__author=user), reader=user, limit=limit, since=since)


def lines_of(seats: QuerySet[Participation], *, reader: User, limit: int, since: datetime | None = None) -> list[News]:
    """The newest of the interactions that these are the main seats of, with their customers."""
    newest = seats.select_related("member__customer").order_by("-at", "-interaction_id")[:limit]
    about = {seat.interaction_id: seat.member.customer for seat in newest if seat.member}
    entries = entries_of(about, reader=reader)
    return [
        News(entries[pk], customer, fresh=since is not None and entries[pk].received_at > since)
        for pk, customer in about.items()
    ]


def figures_of(user: User, *, at: datetime) -> Figures:
    monday = start_of_week(at)
    last_monday = monday - WEEK
    contacts = (
        contacts_of(user)
        .filter(at__gte=last_monday, at__lt=at)
        .aggregate(
            this=Count("pk", filter=Q(at__gte=monday)),
            last=Count("pk", filter=Q(at__lt=last_monday + (at - monday))),
        )
    )
    return Figures(owned(user).count(), contacts["this"], contacts["last"], waiting(user))


def owned(user: User) -> QuerySet[Customer]:
    """The customers that ``user`` looks after."""
    return Customer.objects.visible_to(user).living().filter(owner=user)


def contacts_of(user: User) -> QuerySet[Participation]:
    """Every contact with the customers of ``user``; notes among colleagues are none."""
    return Participation.objects.filter(main=True, member__customer__in=owned(user)).exclude(
        interaction__direction="internal"
    )


def start_of_day(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def start_of_week(moment: datetime) -> datetime:
    """Midnight before Monday in the reader's zone."""
    today = start_of_day(moment)
    return today - timedelta(days=today.weekday())
