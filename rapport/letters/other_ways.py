"""Write to a customer by another way than mail: a text message to a number, a letter to an address on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rapport.consent.gate import takes
from rapport.consent.judge import Verdict, verdicts
from rapport.consent.models import Message
from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.consent.write import Draft, write
from rapport.customers.detail import country_name
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Identifier
from rapport.customers.veil import hidden_columns, hidden_kinds
from rapport.letters.markup import as_html, as_plain
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice

TEXT, POST = ChannelChoice.SMS.value, ChannelChoice.POST.value
# Under which name the page of each stands.
ON_PAPER = frozenset({"street", "postcode", "city", "country"})
PAGES = {TEXT: "letters:text", POST: "letters:post"}


@dataclass(frozen=True)
class Offer:
    """A way by which a customer can be written to."""

    channel: str
    label: Any
    page: str


def offers(customer: Customer, *, writer: User) -> list[Offer]:
    """The ways that are open and that lead to an address of theirs."""
    return [
        Offer(channel, ChannelChoice(channel).label, page)
        for channel, page in PAGES.items()
        if takes(channel) and places(customer, channel, writer=writer)
    ]


def places(customer: Customer, channel: str, *, writer: User) -> list[str]:
    """Their numbers, or their address as it stands on an envelope; none where the writer may not see it."""
    if channel == POST:
        address = "" if hidden_columns(writer) & ON_PAPER else on_paper(customer)
        return [address] if address else []
    if Identifier.Kind.PHONE in hidden_kinds(writer):
        return []
    held = Identifier.objects.filter(member__customer=customer, kind=Identifier.Kind.PHONE).order_by("strength", "pk")
    return list({one.key: one.value for one in held}.values())


def on_paper(customer: Customer) -> str:
    if not (customer.street and customer.city):
        return ""
    town = f"{customer.postcode} {customer.city}".strip()
    lines = (customer.name, customer.street, town, country_name(customer.country))
    return "\n".join(line.strip() for line in lines if line.strip())


def against(addresses: Sequence[str], customer: Customer, channel: str, *, at: datetime) -> list[Verdict]:
    """Of these addresses those that can't be written to, each with why."""
    purpose, member = Purpose.objects.get(code=CORRESPONDENCE), main_member(customer)
    found = verdicts(addresses, purpose, member_id=member.pk, channel=channel, at=at)
    return [one for one in found.values() if not one.allowed and not one.waits]


@dataclass(frozen=True)
class Note:
    """What was written."""

    channel: str
    to: str
    text: str
    subject: str = ""


def send_note(note: Note, customer: Customer, *, key: str, by: User, due_at: datetime, at: datetime) -> Message:
    """The message that waits for its moment. A text message has no subject; its beginning stands in lists."""
    printed = note.channel == POST
    draft = Draft(
        to=(note.to,),
        subject=note.subject if printed else " ".join(note.text.split())[:80],
        text=as_plain(note.text) if printed else note.text,
        html=as_html(note.text) if printed else "",
        channel=note.channel,
    )
    return write(draft, None, key=f"{by.pk}:{key}", member=main_member(customer), by=by, due_at=due_at, at=at)
