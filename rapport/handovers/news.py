"""Whom an event of hand-overs is news to, and in which words."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from rapport.handovers.handover import Handover, Step
from rapport.journal.models import Event
from rapport.notices.models import Kind
from rapport.notices.tell import Told
from rapport.people.access import get_to_know, sees
from rapport.people.models import User

# What each step is news of, and to whom.
TO_SENDER = frozenset({Step.Kind.TAKEN, Step.Kind.ACCEPTED, Step.Kind.RETURNED})
TO_TEAM = frozenset({Step.Kind.SENT})
WORDS = {
    Step.Kind.OPENED: gettext_lazy("To be handed over: %(name)s"),
    Step.Kind.SENT: gettext_lazy("Handed over to your team: %(name)s"),
    Step.Kind.TAKEN: gettext_lazy("Your hand-over is being looked at: %(name)s"),
    Step.Kind.ACCEPTED: gettext_lazy("Your hand-over is accepted: %(name)s"),
    Step.Kind.RETURNED: gettext_lazy("Your hand-over came back: %(name)s"),
    Step.Kind.LATE: gettext_lazy("The answer to a hand-over is overdue: %(name)s"),
}


def news_of(event: Event) -> Iterator[Told]:
    """Each thing that a user is to hear of it."""
    what = str(event.details.get("what", ""))
    found = Handover.objects.filter(pk__in=event.subject_ids).select_related("deal__member__customer__scope", "station")
    for one in found:
        users = list(hearers(one, what))
        get_to_know(users)
        for user in users:
            if user.allows("handovers.change_handover"):
                yield of_step(one, what, user, event)


def hearers(handover: Handover, what: str) -> Iterator[User]:
    """Whom this step of it concerns; whoever did it is left out later."""
    known = User.objects.filter(is_active=True)
    sender, taken = Q(pk=handover.sender_id), Q(pk=handover.taken_by_id or 0)
    receivers = taken if handover.taken_by_id else Q(team=handover.team_id or 0)
    if what in TO_SENDER or what == Step.Kind.OPENED:
        yield from known.filter(sender)
    elif what in TO_TEAM:
        yield from known.filter(receivers)
    elif what == Step.Kind.LATE:
        yield from known.filter(sender | receivers)


def of_step(handover: Handover, what: str, user: User, event: Event) -> Told:
    member = handover.deal.member
    seen = member is not None and sees(user, member.customer.scope)
    # A notice about nobody outlives an erasure: it does not repeat how a deal with somebody is called.
    name = handover if seen or member is None else handover.station
    with override(user.language or None):
        words = str(WORDS[Step.Kind(what)] % {"name": name})
    return Told(
        user.pk,
        Kind.HANDOVER,
        event.at,
        member_id=handover.deal.member_id if seen else None,
        actor_id=event.actor_id,
        words=words[:400],
        link=reverse("handovers:handover", args=[handover.pk]),
    )
