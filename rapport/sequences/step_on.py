"""Do the step of a course that is due: exactly once, and only if nothing speaks against it at this moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from rapport.agenda.add_task import add_task
from rapport.consent.write import Draft, write
from rapport.customers.models import Customer
from rapport.letters.compose import addresses_of
from rapport.letters.fill import About, fill
from rapport.letters.send_letter import bodies
from rapport.letters.senders import signature_of
from rapport.sequences.hear import ended_by
from rapport.sequences.models import Course, Done, Step
from rapport.sequences.start import due_of
from rapport.sequences.stop import finish

AT_ONCE = 200


def step_on_due(*, at: datetime) -> int:
    """How many steps were done."""
    due = Course.objects.running().filter(due_at__lte=at).order_by("due_at", "pk")
    return sum(step_on(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def step_on(course_id: int, *, at: datetime) -> bool:
    """Whether a step was done. Whoever comes second finds the course moved on, and does nothing."""
    held = Course.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=course_id, due_at__lte=at)
    course = held.running().select_related("sequence", "member__customer", "by", "account", "deal", "lead").first()
    if course is None:
        return False
    against = ended_by(course)
    if against:
        finish(course, *against, by=None, at=at)
        return False
    step = course.sequence.steps.filter(place=course.place).select_related("template").first()
    if step is None:
        finish(course, Course.End.DONE, by=None, at=at)
        return False
    with override(course.by.language or None):
        done = do(course, step, course.member.customer, at=at)
    if done:
        move_on(course, step, at=at)
    return done


def do(course: Course, step: Step, customer: Customer, *, at: datetime) -> bool:
    if step.kind != Step.Kind.MAIL:
        task = add_task(step.title, assignee=course.by, by=course.by, at=at, due_at=at, customer=customer)
        Done.objects.create(course=course, place=step.place, at=at, task=task)
        return True
    address = next(iter(addresses_of(customer, writer=course.by)), "")
    if not address or step.template is None:
        finish(course, Course.End.GONE, by=None, at=at)
        return False
    about = About(customer, course.by, at)
    subject, text = fill(step.template.subject, about), fill(step.template.text, about)
    trouble = " ".join(filter(None, [subject.trouble, text.trouble]))
    if trouble:
        finish(course, Course.End.FIELDS, trouble, by=None, at=at)
        return False
    plain, html = bodies(text.text, signature_of(course.by, course.account))
    draft = Draft((address,), subject.text, plain, html, purpose=course.sequence.purpose.code)
    key = f"sequence:{course.pk}:{step.place}"
    message = write(draft, course.account, key=key, member=course.member, by=course.by, due_at=at, at=at)
    Done.objects.create(course=course, place=step.place, at=at, message=message)
    return True


def move_on(course: Course, step: Step, *, at: datetime) -> None:
    """To the step behind, as the sequence stands now; behind the last one a course waits two weeks for an answer."""
    following = course.sequence.steps.filter(place__gt=step.place).order_by("place").first()
    if following is None:
        finish_later(course, step, at=at)
        return
    course.place, course.due_at = following.place, due_of(course.sequence, following, course.by, after=at)
    course.save(update_fields=["place", "due_at"])


def finish_later(course: Course, step: Step, *, at: datetime) -> None:
    # What is behind the last step is none: there it ends.
    course.place = step.place + 1
    course.due_at = due_of(course.sequence, Step(days=10), course.by, after=at)
    course.save(update_fields=["place", "due_at"])
