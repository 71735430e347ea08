"""What colleagues of the demo company changed in the last days, and whom one of them put into the trash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.customers.discard import discard
from rapport.customers.edit import edit
from rapport.customers.golden import Value
from rapport.customers.models import Customer, Identifier
from rapport.customers.models import Kind as CustomerKind
from rapport.demo.wished import FILIPE, KATRIN, MARTA
from rapport.people.models import User


@dataclass(frozen=True)
class Edited:
    """What somebody changed about whoever has this address, so many hours ago."""

    colleague: str
    who: str
    changes: Mapping[str, Value]
    hours: int


EDITS = (
    Edited("Ana", MARTA, {"tags": ["key account", "clinic"]}, 50),
    Edited("Ana", KATRIN, {"street": "Lindenallee 8"}, 27),
    Edited("Rui", FILIPE, {"language": "pt", "time_zone": "Europe/Lisbon"}, 5),
)


def change_lately(staff: Mapping[str, User], at: datetime) -> None:
    """Make the changes about those who are here, and delete somebody who was silent for long."""
    held = Identifier.objects.filter(key__in={one.who for one in EDITS}, kind=Identifier.Kind.EMAIL)
    customers = {one.key: one.member.customer for one in held.select_related("member__customer")}
    for one in EDITS:
        if one.who in customers:
            edit(customers[one.who], one.changes, by=staff[one.colleague], at=at - timedelta(hours=one.hours))
    silent = Customer.objects.living().filter(kind=CustomerKind.PERSON, last_contact_at__lt=at - timedelta(days=300))
    gone = silent.exclude(pk__in=[one.pk for one in customers.values()]).order_by("pk").first()
    if gone:
        discard([gone.pk], by=staff["Clara"], at=at - timedelta(hours=3))
