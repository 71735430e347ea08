"""Read what is planned: with a customer, and in one's own calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_time
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from rapport.agenda.due import day_label
from rapport.calendars.models import Guest, Host, Meeting
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.ui.templatetags.ui import locale

SHOWN = 50
AHEAD, BACK = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True)
class Planned:
    """A meeting as pages show it: the customers are those that the reader may see."""

    meeting: Meeting
    customers: tuple[Customer, ...]
    colleagues: tuple[User, ...]
    over: bool

    @property
    def when(self) -> str:
        return when(self.meeting)

    @property
    def is_link(self) -> bool:
        return self.meeting.place.startswith(("https://", "http://"))


def when(meeting: Meeting) -> str:
    """The day and the hours in the reader's zone and manner."""
    return when_of(meeting.starts_at, meeting.ends_at, whole_day=meeting.whole_day)


def when_of(begin: datetime, end: datetime, *, whole_day: bool) -> str:
    begin, end = timezone.localtime(begin), timezone.localtime(end)
    day = capfirst(day_label(begin.date(), timezone.localdate()))
    if whole_day:
        return day
    hours = " – ".join(str(format_time(one.time(), "short", locale=locale())) for one in (begin, end))
    return _("%(day)s, %(hours)s") % {"day": day, "hours": hours}


def planned_with(member_ids: Sequence[int], *, reader: User, at: datetime) -> list[Planned]:
    """What is planned with these members, and what was and nobody has said yet whether it took place."""
    found = meetings_with(member_ids, reader=reader, at=at).order_by("starts_at", "pk")
    return shown(found[:SHOWN], reader=reader, at=at)


def meetings_with(member_ids: Sequence[int], *, reader: User, at: datetime) -> QuerySet[Meeting]:
    seats = Guest.objects.filter(member__in=member_ids).values("meeting")
    return Meeting.objects.visible_to(reader).planned().filter(pk__in=seats, ends_at__gt=at - BACK)


def planned_for(user: User, *, at: datetime) -> list[Planned]:
    """One's own of the next seven days, and those of late that nobody has said anything about."""
    found = Meeting.objects.visible_to(user).of(user).planned()
    near = found.filter(starts_at__lt=at + AHEAD, ends_at__gt=at - BACK)
    return shown(near.order_by("starts_at", "pk")[:SHOWN], reader=user, at=at)


def shown(meetings: QuerySet[Meeting], *, reader: User, at: datetime) -> list[Planned]:
    """``meetings`` with who takes part, in three queries whatever their number."""
    found = list(meetings)
    guests: dict[int, list[Customer]] = {one.pk: [] for one in found}
    hosts: dict[int, list[User]] = {one.pk: [] for one in found}
    seats = list(Guest.objects.filter(meeting__in=guests).order_by("pk").values_list("meeting", "member__customer"))
    seen = Customer.objects.visible_to(reader).in_bulk({customer for _meeting, customer in seats})
    for meeting_id, customer_id in seats:
        if customer_id in seen and seen[customer_id] not in guests[meeting_id]:
            guests[meeting_id].append(seen[customer_id])
    for host in Host.objects.filter(meeting__in=hosts).select_related("user").order_by("pk"):
        hosts[host.meeting_id].append(host.user)
    return [Planned(one, tuple(guests[one.pk]), tuple(hosts[one.pk]), one.is_over(at)) for one in found]
