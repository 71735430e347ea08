"""Plan a meeting or a call with customers and colleagues, and change what was planned."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.calendars.models import Guest, Host, Kind, Meeting
from rapport.calendars.put_on_timeline import put_on_timeline
from rapport.calendars.seats import keep_meeting, picture
from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User


@dataclass(frozen=True)
class Wish:
    """What is to be planned. ``uid`` makes it once, however often it is asked for."""

    kind: Kind
    title: str
    starts_at: datetime
    ends_at: datetime
    uid: str
    whole_day: bool = False
    place: str = ""
    note: str = ""


@transaction.atomic
def plan(
    wish: Wish, *, customers: Iterable[Customer], colleagues: Iterable[User], by: User | None, at: datetime
) -> Meeting:
    """The new meeting, or the one that the same sender asked for before; without ``by``, somebody outside."""
    meeting, new = Meeting.objects.get_or_create(
        uid=f"{wish.uid}-{by.pk if by else 'guest'}@rapport",
        recurrence="",
        defaults={**told(wish), "created_by": by, "created_at": at, "changed_at": at},
    )
    if new:
        seat(meeting, customers, colleagues)
        keep_meeting(meeting, "planned", by=by, at=at)
        record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
    return meeting


@transaction.atomic
def change(
    meeting: Meeting, wish: Wish, *, customers: Iterable[Customer], colleagues: Iterable[User], by: User, at: datetime
) -> Meeting:
    """Everything as ``wish`` says; what is on timelines already is corrected there."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    before = picture(meeting)
    for name, value in told(wish).items():
        setattr(meeting, name, value)
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    meeting.save()
    seat(meeting, customers, colleagues)
    if meeting.held_at:
        put_on_timeline(meeting, by=by, at=at)
    keep_meeting(meeting, "changed", by=by, at=at, before=before)
    record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
    return meeting


@transaction.atomic
def reschedule(meeting: Meeting, begin: datetime, end: datetime, *, by: User | None, at: datetime) -> Meeting:
    """The same meeting at another time."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    before = picture(meeting)
    meeting.starts_at, meeting.ends_at = begin, end
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    meeting.save()
    keep_meeting(meeting, "changed", by=by, at=at, before=before)
    record(Fact.MEETINGS_CHANGED, [meeting.pk], by=by, at=at)
    return meeting


def told(wish: Wish) -> dict[str, object]:
    return {
        name: getattr(wish, name) for name in ("kind", "title", "starts_at", "ends_at", "whole_day", "place", "note")
    }


def seat(meeting: Meeting, customers: Iterable[Customer], colleagues: Iterable[User]) -> None:
    """These take part and nobody else; a customer who did keeps the seat, also under the record it came by."""
    wanted = {customer.pk: customer for customer in customers}
    for guest in meeting.guests.select_related("member"):
        if wanted.pop(guest.member.customer_id, None) is None:
            guest.delete()
    Guest.objects.bulk_create(Guest(meeting=meeting, member=main_member(one)) for one in wanted.values())
    users = list(colleagues)
    meeting.hosts.exclude(user__in=users).delete()
    Host.objects.bulk_create((Host(meeting=meeting, user=user) for user in users), ignore_conflicts=True)
