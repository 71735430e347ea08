"""Everything that somebody has in hand, kind by kind: found, counted, and given to somebody else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.agenda.models import Task
from rapport.calendars.models import Host
from rapport.channels.models import MailAccount
from rapport.consent.models import Message, State
from rapport.customers.models import Customer
from rapport.handovers.handover import OURS, Handover
from rapport.handovers.handover import State as Handed
from rapport.imports.models import ImportWatch
from rapport.journal.models import Fact
from rapport.lists.models import Reach, View
from rapport.notices.models import Reminder
from rapport.people.models import User
from rapport.people.post import Term
from rapport.people.unit import Position
from rapport.rules.models import Rule
from rapport.web.models import WebForm
from rapport.webhooks.models import Source, Subscription

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """One kind of work: its rows, and the column that says whose they are. ``fact`` is what others are told."""

    name: str
    label: "StrOrPromise"
    icon: str
    column: str
    rows: Callable[[], Rows]
    url: Callable[[User], str] | None = None
    fact: Fact | None = None

    def of(self, person: User) -> Rows:
        return self.rows().filter(**{self.column: person})


def terms_from(day: date) -> Rows:
    return Term.objects.filter(Q(until=None) | Q(until__gte=day))


def hosts() -> Rows:
    return Host.objects.filter(meeting__held_at=None, meeting__cancelled_at=None, meeting__ends_at__gte=timezone.now())


CUSTOMERS, TERMS, HOSTS, VIEWS = "customers", "posts", "meetings", "views"
KINDS = (
    Kind(
        CUSTOMERS,
        _("Customers they look after"),
        "address-book",
        "owner",
        Customer.objects.living,
        lambda person: f"{reverse('customers:list')}?owner={person.pk}",
        Fact.CUSTOMERS_CHANGED,
    ),
    Kind(
        "tasks",
        _("Open tasks"),
        "checkbox",
        "assignee",
        Task.objects.open,
        lambda person: f"{reverse('agenda:list')}?assignee={person.pk}",
        Fact.TASKS_CHANGED,
    ),
    Kind(
        "reminders",
        _("Reminders"),
        "alarm",
        "user",
        Reminder.objects.open,
        fact=Fact.REMINDERS_CHANGED,
    ),
    Kind(HOSTS, _("Meetings to come"), "calendar-event", "user", hosts, fact=Fact.MEETINGS_CHANGED),
    Kind(
        "handovers",
        _("Hand-overs they are to send"),
        "transfer",
        "sender",
        lambda: Handover.objects.filter(state__in=OURS),
        lambda _person: f"{reverse('handovers:inbox')}?whose=all",
        Fact.HANDOVERS_CHANGED,
    ),
    Kind(
        "received",
        _("Hand-overs they are to answer"),
        "transfer",
        "taken_by",
        lambda: Handover.objects.filter(state=Handed.TAKEN),
        lambda _person: f"{reverse('handovers:inbox')}?whose=all",
        Fact.HANDOVERS_CHANGED,
    ),
    Kind(
        "letters",
        _("Messages waiting to leave"),
        "mail",
        "by",
        lambda: Message.objects.filter(state=State.WAITING, reader=None),
    ),
    Kind("rules", _("Rules"), "arrows-split-2", "owner", Rule.objects.all, lambda _person: reverse("rules:list")),
    Kind(
        VIEWS,
        _("Views that others use"),
        "layout-list",
        "owner",
        lambda: View.objects.living().exclude(reach=Reach.OWN),
    ),
    Kind(
        "mailboxes",
        _("Mailboxes"),
        "mailbox",
        "user",
        lambda: MailAccount.objects.filter(active=True),
        lambda _person: reverse("mail:mailboxes"),
    ),
    Kind("forms", _("Web forms whose tasks they get"), "world", "owner", lambda: WebForm.objects.filter(active=True)),
    Kind("sources", _("Sources of web requests"), "webhook", "user", lambda: Source.objects.filter(active=True)),
    Kind("subscriptions", _("Subscriptions"), "webhook", "user", lambda: Subscription.objects.filter(active=True)),
    Kind("watches", _("Watched folders"), "file-import", "by", lambda: ImportWatch.objects.filter(active=True)),
    Kind(
        TERMS,
        _("Governance posts"),
        "gavel",
        "holder",
        lambda: terms_from(timezone.localdate()),
        lambda _person: reverse("people:posts"),
    ),
    Kind(
        "deputies",
        _("Posts they stand in for"),
        "gavel",
        "deputy",
        lambda: terms_from(timezone.localdate()),
        lambda _person: reverse("people:posts"),
    ),
    Kind(
        "positions",
        _("Positions"),
        "hierarchy",
        "holder",
        Position.objects.all,
        lambda _person: reverse("people:chart"),
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class Left:
    """How much of one kind somebody has in hand, and where it can be looked at."""

    kind: Kind
    number: int
    url: str


def left_of(person: User) -> list[Left]:
    """Every kind of which there is something."""
    counted = [(kind, kind.of(person).count()) for kind in KINDS]
    return [Left(kind, number, kind.url(person) if kind.url else "") for kind, number in counted if number]


def left_by_leavers(people: Collection[User]) -> dict[int, int]:
    """By those of ``people`` who can't sign in any more how much work they left; one question a kind, whoever is asked of."""
    gone = [one.pk for one in people if not one.is_active]
    found: dict[int, int] = {}
    for kind in KINDS if gone else ():
        rows = kind.rows().filter(**{f"{kind.column}__in": gone}).order_by()
        for pk, number in rows.values_list(F(kind.column)).annotate(number=Count("pk")):
            found[pk] = found.get(pk, 0) + number
    return found
