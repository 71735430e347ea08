"""Hear what ends courses: an answer, a meeting, a deal that is closed, a letter that could not go, a merge."""

from collections.abc import Sequence as Several
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from rapport.calendars.models import Guest
from rapport.consent.judge import verdicts
from rapport.consent.models import Message, State
from rapport.letters.compose import addresses_of
from rapport.sales.lead import OPEN
from rapport.sequences.models import Course, Done, Step
from rapport.sequences.stop import stop
from rapport.timeline.models import Interaction, Participation

# A look at a page is no answer; a form is.
LOOKS, FORM = ("web", "portal", "system"), "form"
NOT_GONE = (State.REFUSED, State.FAILED, State.RETURNED, State.DOUBT)
Ended = tuple[Course.End, str]


def answers_to(course: Course) -> QuerySet[Interaction]:
    """What the customer sent or said since the course began."""
    theirs = Participation.objects.filter(interaction=OuterRef("pk"), member__customer=course.member.customer_id)
    arrived = Interaction.objects.filter(Exists(theirs), direction="inbound", received_at__gt=course.started_at)
    return arrived.filter(at__gte=course.started_at).exclude(channel__in=LOOKS) | arrived.filter(kind=FORM)


def ended_by(course: Course) -> Ended | None:
    """What speaks against a further step at this moment."""
    if course.member.customer.trashed_at or not course.by.is_active:
        return Course.End.GONE, ""
    answer = answers_to(course).order_by("pk").first()
    if answer:
        return Course.End.ANSWERED, answer.subject
    planned = Guest.objects.filter(
        member__customer=course.member.customer_id,
        meeting__created_at__gt=course.started_at,
        meeting__cancelled_at=None,
    )
    if planned.exists():
        return Course.End.MEETING, ""
    closed = (course.deal and course.deal.closed_at) or (course.lead and course.lead.state not in OPEN)
    if closed:
        return Course.End.CLOSED, ""
    return None


def of_customers(customer_ids: Several[int]) -> QuerySet[Course]:
    running = Course.objects.running().filter(member__customer__in=customer_ids)
    return running.select_related("sequence__purpose", "member__customer", "by", "deal", "lead").order_by("pk")


def look_again(courses: QuerySet[Course], *, at: datetime) -> int:
    """End those against which something speaks now; how many."""
    stopped = 0
    for course in courses:
        found = ended_by(course)
        if found:
            end, said = found
            stopped += stop(course.pk, end, said=said, by=None, at=at)
    return stopped


def hear_interactions(ids: Several[int], *, at: datetime) -> int:
    seats = Participation.objects.filter(interaction__in=ids, interaction__direction="inbound").exclude(member=None)
    return look_again(of_customers(list(seats.values_list("member__customer", flat=True).distinct())), at=at)


def hear_meetings(ids: Several[int], *, at: datetime) -> int:
    guests = Guest.objects.filter(meeting__in=ids).values_list("member__customer", flat=True).distinct()
    return look_again(of_customers(list(guests)), at=at)


def hear_deals(ids: Several[int], *, at: datetime) -> int:
    return look_again(whole(Course.objects.running().filter(deal__in=ids)), at=at)


def hear_leads(ids: Several[int], *, at: datetime) -> int:
    return look_again(whole(Course.objects.running().filter(lead__in=ids)), at=at)


def whole(courses: QuerySet[Course]) -> QuerySet[Course]:
    return courses.select_related("sequence__purpose", "member__customer", "by", "deal", "lead").order_by("pk")


def hear_messages(ids: Several[int], *, at: datetime) -> int:
    """A letter of a course that was refused, failed, came back or is in doubt ends it, with the words of the gate."""
    stopped = 0
    lost = Message.objects.filter(pk__in=ids, state__in=NOT_GONE)
    for done in Done.objects.filter(message__in=lost, course__ended_at=None).select_related("message").order_by("pk"):
        said = (done.message.said or done.message.reason) if done.message else ""
        stopped += stop(done.course_id, Course.End.REFUSED, said=said, by=None, at=at)
    return stopped


def hear_words(keys: Several[str], *, at: datetime) -> int:
    """Somebody said no, or an address is not written to any more: whom nothing may be written to is in no sequence."""
    theirs = Course.objects.running().filter(member__customer__members__identifiers__key__in=keys).values("pk")
    stopped = 0
    for course in whole(Course.objects.filter(pk__in=theirs)):
        if not course.sequence.steps.filter(kind=Step.Kind.MAIL, place__gte=course.place).exists():
            continue
        addresses = addresses_of(course.member.customer, writer=course.by)[:1]
        found = verdicts(addresses, course.sequence.purpose, member_id=course.member_id, at=at)
        against = next((one for one in found.values() if not one.allowed and not one.waits), None)
        if against:
            stopped += stop(course.pk, Course.End.REFUSED, said=against.words, by=None, at=at)
    return stopped


def hear_merged(*, at: datetime) -> int:
    """Of two that became one the course that began first goes on."""
    stopped, seen = 0, set()
    for course in Course.objects.running().filter(alone=True).select_related("member").order_by("started_at", "pk"):
        if course.member.customer_id in seen:
            stopped += stop(course.pk, Course.End.MERGED, by=None, at=at)
        seen.add(course.member.customer_id)
    return stopped
