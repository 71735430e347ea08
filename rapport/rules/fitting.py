"""Which customers a rule fits because of what became true: one statement for a set of events, whatever their number."""

from django.db.models import F, Func, Q, QuerySet

from rapport.customers.listing import CUSTOMER_LIST
from rapport.journal.models import Event
from rapport.rules.conditions import is_whole
from rapport.rules.models import Version
from rapport.rules.then import BY_RULE
from rapport.rules.when import WHENS, Spell, Subjects


class Unnested(Func):
    """A row for each element."""

    function = "unnest"
    set_returning = True


def fitting(version: Version, subjects: Subjects, spell: Spell) -> dict[int, int]:
    """By customer the subject because of which it fits; of several the newest."""
    owner = version.rule.owner
    if not is_whole(version.conditions, owner):
        # A condition that its owner may not ask any more: without it the rule would fit too many.
        return {}
    when = WHENS[version.when]
    happened = when.happened(subjects, spell, version.asks, owner)
    known = CUSTOMER_LIST.chosen(version.conditions, owner).order_by().values("pk")
    # The customer of an event is a name that `happened` gave, so the conditions come in as a subquery of their own.
    found = happened.filter(about__in=known).order_by("about", "thing")
    return {customer: subject for subject, customer in found}


def heeded(version: Version, spell: Spell) -> QuerySet[Event]:
    """The events that the rule would have heard of: none that a rule caused."""
    of_kind = Event.objects.filter(kind=WHENS[version.when].fact, at__gte=spell.first, at__lte=spell.last)
    return of_kind.filter(~Q(details__has_key=BY_RULE))


def subjects_of(events: QuerySet[Event]) -> QuerySet[Event, int]:
    """Of what they tell, as a subquery."""
    return events.order_by().annotate(each=Unnested(F("subject_ids"))).values_list("each", flat=True)
