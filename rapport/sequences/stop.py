"""End a course: what was written and has not left yet is taken back, and nothing follows."""

from datetime import datetime

from django.db import transaction

from rapport.consent.models import Message, State
from rapport.consent.settle import take_back
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sequences.models import Course


@transaction.atomic
def stop(course_id: int, end: Course.End, *, said: str = "", by: User | None, at: datetime) -> bool:
    """Whether it was running. Waits for a step that is just being done."""
    course = Course.objects.select_for_update(of=("self",)).select_related("by").get(pk=course_id)
    if course.ended_at:
        return False
    finish(course, end, said, by=by, at=at)
    return True


def finish(course: Course, end: Course.End, said: str = "", *, by: User | None, at: datetime) -> None:
    """In the caller's transaction, which holds the course."""
    course.ended_at, course.end, course.said, course.due_at = at, end, said[:400], None
    course.save(update_fields=["ended_at", "end", "said", "due_at"])
    waiting = course.done.filter(message__state=State.WAITING).values("message")
    for message in Message.objects.filter(pk__in=waiting).order_by("pk"):
        take_back(message, by=by or course.by, at=at)
    record(Fact.SEQUENCES_CHANGED, [course.pk], by=by, at=at)
