"""The sequences of the demo company, and where some of its customers stand in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import models

from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.customers.models import Customer, Kind
from rapport.people.models import User
from rapport.sequences.models import Course, Sequence, Step
from rapport.sequences.start import About, SequenceError, start
from rapport.sequences.stop import stop

STEPS = (
    (0, Step.Kind.CALL, "Ask whether the quote arrived"),
    (3, Step.Kind.TASK, "Send the drawing of a corner like theirs"),
    (5, Step.Kind.CALL, "Offer a tasting in the showroom"),
)
WHY = (None, Course.End.ANSWERED, None, Course.End.BY_HAND, None)


def follow_up(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type[models.Model], int]]:
    """A sequence of calls and tasks after a quote; no letter of it leaves by itself."""
    ana = staff["Ana"]
    made = Sequence.objects.create(
        name="After a quote", purpose=Purpose.objects.get(code=CORRESPONDENCE), by=staff["Clara"], changed_at=at
    )
    Step.objects.bulk_create(
        Step(sequence=made, place=place, days=days, kind=kind, title=title)
        for place, (days, kind, title) in enumerate(STEPS)
    )
    yield Sequence, made.pk
    mine = Customer.objects.visible_to(ana).living().filter(owner=ana, kind=Kind.COMPANY).order_by("-pk")
    for number, (customer, end) in enumerate(zip(mine, WHY, strict=False)):
        begun = at - timedelta(days=1 + number)
        try:
            course = start(made, customer, About(), by=ana, at=begun)
        except SequenceError:
            continue
        Course.objects.filter(pk=course.pk).update(place=1, due_at=at + timedelta(days=1 + number))
        if end:
            stop(course.pk, end, by=ana, at=begun + timedelta(hours=20))
