"""Sequences over the API: which there are, start one with customers, who is where, stop."""

from datetime import datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.customers.models import Customer
from rapport.people.endpoint import Answer, Given, Limit, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sequences.models import Course, Sequence, Step
from rapport.sequences.read import said_of
from rapport.sequences.start import About, start_many
from rapport.sequences.stop import stop
from rapport.ui.problem import Fault, ProblemError


class SequenceStepOut(BaseModel):
    days: int
    kind: str
    template_id: int | None
    title: str


class SequenceOut(BaseModel):
    id: int
    name: str
    purpose: str
    steps: list[SequenceStepOut]

    @classmethod
    def of(cls, one: Sequence, steps: list[Step]) -> "SequenceOut":
        told = [SequenceStepOut(days=x.days, kind=x.kind, template_id=x.template_id, title=x.title) for x in steps]
        return cls(id=one.pk, name=one.name, purpose=one.purpose.code, steps=told)


class SequenceList(BaseModel):
    items: list[SequenceOut]


class SequenceStart(Given):
    """With whom a sequence is started; what stands against one stops none of the others."""

    customers: Annotated[list[int], Field(min_length=1, max_length=200)]


class SequenceStarted(BaseModel):
    courses: list[int]
    refused: dict[str, int] = Field(description="Why not, and how many: running, no address, no account, empty, gone.")


class CourseOut(BaseModel):
    id: int
    customer_id: int
    started_at: datetime
    next_at: datetime | None
    next_step: int = Field(description="From 1 on.")
    ended_at: datetime | None
    end: str = Field(description="Why it ended; empty while it runs.")
    said: str

    @classmethod
    def of(cls, one: Course) -> "CourseOut":
        names = ("started_at", "ended_at", "end")
        return cls(
            id=one.pk,
            customer_id=one.member.customer_id,
            next_at=one.due_at,
            next_step=one.place + 1,
            said=said_of(one),
            **{name: getattr(one, name) for name in names},
        )


class CourseList(BaseModel):
    items: list[CourseOut]
    next: int | None = Field(description="Send it as `after` for the following page.")


class CourseChoice(Given):
    running: bool | None = None
    after: int = 0
    limit: Limit = 50


@endpoint("GET", "/sequences", needs="letters.write_letter", answers={200: SequenceList})
def list_sequences(request: ApiRequest) -> SequenceList:
    """Those that can be started."""
    found = Sequence.objects.visible_to(request.user).current().select_related("purpose").prefetch_related("steps")
    items = [SequenceOut.of(one, sorted(one.steps.all(), key=lambda step: step.place)) for one in found]
    return SequenceList(items=items)


@endpoint(
    "POST",
    "/sequences/{int:sequence_id}/start",
    needs="letters.write_letter",
    answers={201: SequenceStarted},
    problems=(404,),
)
def start_sequence(request: ApiRequest, sequence_id: int, wish: SequenceStart) -> Answer:
    """Start it with customers; letters leave as yours, from your first mail account."""
    found = the_sequence(request, sequence_id)
    customers = Customer.objects.visible_to(request.user).living().in_bulk(wish.customers)
    faults = [
        Fault("There is no such customer.", f"#/customers/{place}")
        for place, pk in enumerate(wish.customers)
        if pk not in customers
    ]
    if faults:
        raise ProblemError(422, f"customers: {faults[0].detail}", faults)
    done = start_many(found, customers.values(), About(), by=request.user, at=timezone.now())
    return Answer(SequenceStarted(courses=[one.pk for one in done.courses], refused=done.refused), 201)


@endpoint(
    "GET",
    "/sequences/{int:sequence_id}/courses",
    needs="letters.write_letter",
    answers={200: CourseList},
    problems=(404,),
)
def list_courses(request: ApiRequest, sequence_id: int, choice: Query[CourseChoice]) -> CourseList:
    """Who is where, and why it ended for others."""
    seen = Course.objects.visible_to(request.user).filter(sequence=the_sequence(request, sequence_id))
    if choice.running is not None:
        seen = seen.filter(ended_at__isnull=choice.running)
    found = list(seen.filter(pk__gt=choice.after).select_related("member").order_by("pk")[: choice.limit + 1])
    items = [CourseOut.of(one) for one in found[: choice.limit]]
    return CourseList(items=items, next=items[-1].id if len(found) > choice.limit else None)


@endpoint(
    "POST",
    "/sequence-courses/{int:course_id}/stop",
    needs="letters.write_letter",
    answers={200: CourseOut},
    problems=(404,),
)
def stop_course(request: ApiRequest, course_id: int) -> CourseOut:
    """Stop it; what had not left yet is taken back. Harmless when it has ended."""
    seen = Course.objects.visible_to(request.user).filter(pk=course_id)
    if not seen.exists():
        raise Http404
    stop(course_id, Course.End.BY_HAND, by=request.user, at=timezone.now())
    return CourseOut.of(seen.select_related("member").get())


def the_sequence(request: ApiRequest, sequence_id: int) -> Sequence:
    found = Sequence.objects.visible_to(request.user).filter(pk=sequence_id).first()
    if found is None:
        raise Http404
    return found
