"""Which lines of a timeline can be answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.mail.models import Mail
from rapport.mail.read import came_as_mail
from rapport.people.models import User
from rapport.timeline.read import Entry

FEWEST_FOR_ALL = 3


@dataclass(frozen=True)
class Answerable:
    """A mail that can be answered on its customer's page; `several` when others took part besides the two."""

    interaction_id: int
    customer_id: int
    several: bool


def replies_of(entries: Sequence[Entry], _reader: User) -> dict[int, Answerable]:
    """By interaction, for those mails that are about a customer; entries name only those whom their reader may see."""
    asked = came_as_mail(entries)
    mails = set(Mail.objects.filter(interaction__in=asked).values_list("pk", flat=True)) if asked else set()
    answers = (answerable(one) for one in entries if one.id in mails)
    return {one.interaction_id: one for one in answers if one}


def answerable(entry: Entry) -> Answerable | None:
    customer_id = next((seat.customer_id for seat in entry.seats if seat.main and seat.customer_id), None)
    return Answerable(entry.id, customer_id, len(entry.seats) >= FEWEST_FOR_ALL) if customer_id else None
