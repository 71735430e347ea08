"""The preferences of a customer as a card of its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapport.customers.preference import Preference
from rapport.customers.wish_forms import WishForm
from rapport.customers.wishes import Told, told
from rapport.people.models import User


@dataclass(frozen=True)
class WishPanel:
    """What holds, what held, and the form for one more; `form` is None for those who only read."""

    told: Told
    form: WishForm | None


def wish_panel(said: Sequence[Preference], *, reader: User, at: datetime, form: WishForm | None = None) -> WishPanel:
    may = reader.allows("customers.change_customer")
    return WishPanel(told(said, at=at), (form or WishForm()) if may else None)
