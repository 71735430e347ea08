"""Who has which customer's page open, and what they are changing on it: told from process to process, never written down."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import close_old_connections, connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.customers.detail import LABELS
from rapport.customers.models import Customer
from rapport.fields.models import CustomField
from rapport.journal.record import CHANNEL
from rapport.people.models import User

HERE, EDITS, LEFT = "here", "edits", "left"
# Each page says every fifteen seconds that it is still there; who is silent for longer is gone.
SILENT, AT_WORK = 40.0, 120.0
LONGEST_NAME = 60
MOST = 6


@dataclass
class Present:
    """That a user has a page open, up to when that is believed, and the field that they change."""

    until: float
    editing: str = ""
    editing_until: float = 0.0


@dataclass(frozen=True)
class Company:
    """Somebody else on the page, in the reader's words."""

    name: str
    editing: str


@dataclass
class Presences:
    """Who is where, as far as this process has heard."""

    known: dict[int, dict[int, Present]] = field(default_factory=dict)

    def hear(self, payload: str) -> int | None:
        """Take in what was announced; the customer whose company may have changed."""
        word, *parts = payload.split(":", 3)
        if word not in {HERE, EDITS, LEFT} or not all(part.isdigit() for part in parts[:2]) or len(parts) < 2:  # noqa: PLR2004
            return None
        customer_id, user_id, now = int(parts[0]), int(parts[1]), time.monotonic()
        there = self.known.setdefault(customer_id, {})
        if word == LEFT:
            there.pop(user_id, None)
            return customer_id
        one = there.setdefault(user_id, Present(now + SILENT))
        one.until = now + SILENT
        if word == EDITS:
            one.editing, one.editing_until = (parts[2] if len(parts) > 2 else ""), now + AT_WORK  # noqa: PLR2004
        return customer_id

    def beside(self, customer_id: int, user_id: int) -> tuple[tuple[int, str], ...]:
        """The others there: whom, and what they are changing."""
        now, there = time.monotonic(), self.known.get(customer_id, {})
        for gone in [pk for pk, one in there.items() if one.until < now]:
            del there[gone]
        if not there:
            self.known.pop(customer_id, None)
        return tuple(
            (pk, one.editing if one.editing_until > now else "") for pk, one in sorted(there.items()) if pk != user_id
        )


def announce(payloads: Iterable[str]) -> None:
    """Tell every process. Nothing is written: a notice is gone once it was heard."""
    close_old_connections()
    try:
        with connection.cursor() as cursor:
            for payload in payloads:
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
    finally:
        close_old_connections()


def edits(customer_id: int, user_id: int, name: str) -> str:
    return f"{EDITS}:{customer_id}:{user_id}:{name[:LONGEST_NAME]}"


def in_words(user_id: int, customer_id: int, others: Iterable[tuple[int, str]]) -> list[Company] | None:
    """The others as the reader may know them; None when the reader may no longer see the customer."""
    close_old_connections()
    try:
        reader = User.objects.filter(pk=user_id, is_active=True).first()
        if reader is None or not Customer.objects.visible_to(reader).filter(pk=customer_id).exists():
            return None
        found = dict(others)
        users = User.objects.filter(pk__in=found).order_by("name", "pk")[:MOST]
        with override(reader.language):
            return [Company(str(one), label_of(found[one.pk])) for one in users]
    finally:
        close_old_connections()


def label_of(name: str) -> str:
    """What a field is called; nothing that somebody else could have made up."""
    if name.startswith("way-") or name == "value":
        return _("an address or number")
    if name.startswith(CustomField.NAME):
        return (
            CustomField.objects.filter(key=name.removeprefix(CustomField.NAME)).values_list("label", flat=True).first()
            or ""
        )
    return str(LABELS.get(name, ""))
