"""Give a post to somebody for a time, or end a term early."""

from datetime import date, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from rapport.people.models import User
from rapport.people.post import Post, Term


class Refusal(StrEnum):
    TAKEN = "taken"


@transaction.atomic
def fill_post(
    post: Post, holder: User, deputy: User | None, *, since: date, until: date | None = None
) -> Term | Refusal:
    """The new term. One without an end that began before ends the day before; any other of the same days refuses."""
    Post.objects.select_for_update().get(pk=post.pk)
    open_before = post.terms.filter(until=None, since__lt=since)
    later = Q(since__lte=until) if until else Q()
    if post.terms.filter(later, Q(until=None) | Q(until__gte=since)).exclude(pk__in=open_before).exists():
        return Refusal.TAKEN
    open_before.update(until=since - timedelta(days=1))
    return Term.objects.create(post=post, holder=holder, deputy=deputy, since=since, until=until)


def end_term(term: Term, *, on: date) -> None:
    """``on`` is the last day; one that has not begun by then never was."""
    if on < term.since:
        term.delete()
    else:
        term.until = on
        term.save(update_fields=["until"])
