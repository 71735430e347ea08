"""Find what was said or written, newest first, by the words in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from procrastinate.contrib.django.models import ProcrastinateJob

from rapport.customers.find_names import asked_words
from rapport.customers.models import Customer
from rapport.journal.models import Event
from rapport.people.models import User
from rapport.people.roles import Role
from rapport.search.models import InteractionText
from rapport.timeline.models import Interaction, Participation

SHORTEST = 2
TASK = "search.index_texts"


@dataclass(frozen=True)
class Mention:
    """An interaction in which the words stand, and the customer whose page shows it (none while it is unassigned)."""

    interaction_id: int
    channel: str
    direction: str
    at: datetime
    subject: str
    text: str
    customer_id: int | None
    customer_name: str


def find_interactions(user: User, text: str, *, limit: int) -> list[Mention]:
    """The newest interactions that ``user`` may see with every word of ``text``, the last perhaps only begun."""
    words = asked_words(text)
    if not words or len("".join(words)) < SHORTEST:
        return []
    query = SearchQuery(f"{' & '.join(words)}:*", config="simple", search_type="raw")
    found = InteractionText.objects.filter(words=query)
    if user.role != Role.ADMINISTRATOR:
        found = found.filter(interaction__in=Interaction.objects.visible_to(user))
    ids = list(found.order_by("-at", "-interaction").values_list("interaction_id", flat=True)[:limit])
    rows = Interaction.objects.in_bulk(ids)
    about = customers_of(user, ids)
    return [mention(rows[pk], about.get(pk)) for pk in ids if pk in rows]


def customers_of(user: User, ids: Sequence[int]) -> dict[int, Customer]:
    """The customer of each interaction that ``user`` may see; rather the one it is about."""
    seats = Participation.objects.filter(
        interaction__in=ids, member__customer__in=Customer.objects.visible_to(user)
    ).select_related("member__customer")
    found: dict[int, Customer] = {}
    for seat in seats.order_by("-main", "pk"):
        if seat.member:
            found.setdefault(seat.interaction_id, seat.member.customer)
    return found


def mention(row: Interaction, customer: Customer | None) -> Mention:
    about = (customer.pk, customer.name) if customer else (None, "")
    return Mention(row.pk, row.channel, row.direction, row.at, row.subject, row.text, *about)


def unread_since() -> datetime | None:
    """From when on what arrived may not be findable yet; None when everything is."""
    waiting = ProcrastinateJob.objects.filter(task_name=TASK, status__in=["todo", "doing"])
    first = waiting.order_by("id").values_list("args", flat=True).first()
    event = Event.objects.filter(pk=first["event_id"]).first() if first else None
    return event.at if event else None
