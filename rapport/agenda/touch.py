"""Whom the facts of tasks are about, for open pages."""

from rapport.agenda.models import Task
from rapport.customers.models import Member
from rapport.journal.models import Event
from rapport.timeline.live import Touched, Watched


def by_tasks(event: Event, watched: Watched) -> Touched:
    """Whoever has the task, and the customer that it is about."""
    tasks = list(Task.objects.filter(pk__in=event.subject_ids).values_list("member", "assignee"))
    tasks.append((event.details.get("member"), event.details.get("assignee")))
    members = {member for member, _assignee in tasks if member}
    customers = Member.objects.filter(pk__in=members).values_list("customer", flat=True)
    return Touched(
        frozenset(customers) & watched.customers, frozenset(user for _m, user in tasks if user) & watched.users
    )
