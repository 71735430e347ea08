"""Which lines of a timeline can be answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.mail.models import Mail
from rapport.people.models import User
from rapport.timeline.models import Participation

FEWEST_FOR_ALL = 3


@dataclass(frozen=True)
class Answerable:
    """A mail that can be answered on its customer's page; `several` when others took part besides the two."""

    interaction_id: int
    customer_id: int
    several: bool


def replies_of(interaction_ids: Sequence[int], reader: User) -> dict[int, Answerable]:
    """By interaction, for those mails that ``reader`` may see."""
    mails = Mail.objects.visible_to(reader).filter(interaction__in=interaction_ids).values_list("pk", flat=True)
    customers: dict[int, int] = {}
    seats: defaultdict[int, int] = defaultdict(int)
    held = Participation.objects.filter(interaction__in=list(mails))
    for pk, main, customer_id in held.values_list("interaction_id", "main", "member__customer_id"):
        seats[pk] += 1
        if main and customer_id:
            customers[pk] = customer_id
    return {pk: Answerable(pk, customer, seats[pk] >= FEWEST_FOR_ALL) for pk, customer in customers.items()}
