"""What the timeline adds to the list of customers: who was in touch how often and when, and the last subject.

Conditions read the running tallies first, and look into a customer's own line only for those whom these leave. That
there was something private, when and which way, is no secret; its words are never asked for.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.models import Condition
from rapport.lists.more import More
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice, DirectionChoice, Interaction, Participation, Tally
from rapport.timeline.silence import SILENT
from rapport.ui.conditions import Choices, Filter, Operator, Part
from rapport.ui.listing import Column
from rapport.ui.operators import choice_operators, midnight

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ANY = "any"
MOST = 1_000
A_CENTURY = 36_500


def channels() -> Choices:
    return [(ANY, _("any channel")), *((value, str(label)) for value, label in ChannelChoice.choices)]


def states() -> Choices:
    return [(SILENT, _("silent"))]


def holds(names: list[str]) -> Q:
    return Q(Exists(Condition.objects.filter(customer=OuterRef("pk"), name__in=names, until=None)))


TIMES = Part("number", gettext_lazy("how often"), hint=gettext_lazy("how often"))
WHEN = Part("when", gettext_lazy("days, or a date"), hint=gettext_lazy("days, or a date"))
BY = Part("choice", gettext_lazy("channel"), channels)


def operator(name: str, label: "StrOrPromise", sentence: "StrOrPromise", direction: str = "") -> Operator:
    return Operator(name, label, sentence, lambda given: in_touch(given, direction), (TIMES, BY, WHEN))


FILTERS = (
    Filter(
        "contacts",
        gettext_lazy("Contacts"),
        (
            operator(
                "from",
                gettext_lazy("from them, at least"),
                gettext_lazy("at least %(value)s × from them by %(second)s %(third)s"),
                DirectionChoice.INBOUND,
            ),
            operator(
                "to",
                gettext_lazy("from us, at least"),
                gettext_lazy("at least %(value)s × from us by %(second)s %(third)s"),
                DirectionChoice.OUTBOUND,
            ),
            operator(
                "any",
                gettext_lazy("either way, at least"),
                gettext_lazy("at least %(value)s × in touch by %(second)s %(third)s"),
            ),
        ),
    ),
    Filter(
        "state",
        gettext_lazy("State"),
        choice_operators(holds, states),
        gettext_lazy("state"),
    ),
)


def in_touch(given: list[str], direction: str) -> Q:
    """At least so often, by this channel, since then; what is among us does not count."""
    times, channel, when = given
    since, least = since_when(when), how_often(times)
    which = Q() if channel == ANY else Q(channel=channel)
    which &= Q(direction=direction) if direction else ~Q(direction=DirectionChoice.INTERNAL)
    seen = Exists(Tally.objects.filter(which, member__customer=OuterRef("pk"), last_at__gte=since))
    # Whoever was in touch since then has a last contact since then: an index of customers narrows first.
    found = Q(last_contact_at__gte=since) & Q(seen)
    if least == 1:
        return found
    line = Participation.objects.filter(member__customer=OuterRef("pk"), at__gte=since)
    on_it = line.filter(interaction__in=Interaction.objects.filter(which)) if which else line
    return found & Q(Exists(on_it.order_by().values("interaction").distinct()[least - 1 :]))


def how_often(text: str) -> int:
    times = int(text)
    if not 1 <= times <= MOST:
        raise ValueError(text)
    return times


def since_when(text: str) -> datetime:
    """So many days ago, or a day."""
    if text.isascii() and text.isdigit():
        return timezone.now() - timedelta(days=min(int(text[:9]), A_CENTURY))
    day = date.fromisoformat(text)
    if day.year < 2:  # noqa: PLR2004
        raise ValueError(text)
    return midnight(day)


def columns(reader: User) -> Sequence[Column[object]]:
    return (
        Column(
            "subject",
            gettext_lazy("Last subject"),
            shown=False,
            beside=lambda ids: last_subjects(ids, reader=reader),
        ),
    )


def last_subjects(customer_ids: Sequence[int], *, reader: User) -> dict[int, str]:
    """What the last contact of each was about, in two queries; of what is private only that it is."""
    tallies = Tally.objects.filter(member__customer__in=customer_ids).exclude(direction=DirectionChoice.INTERNAL)
    rows = tallies.order_by("last_at", "last_interaction_id")
    last = dict(rows.values_list("member__customer_id", "last_interaction_id"))
    seen = Interaction.objects.visible_to(reader).in_bulk(list(last.values()))
    return {one: str(seen[found]) if found in seen else _("private") for one, found in last.items()}


TIMELINE_MORE = More("timeline.view_interaction", columns, lambda _reader: FILTERS)
