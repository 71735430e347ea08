"""What became of a message, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.consent.judge import told
from rapport.consent.models import Decision, Message, Return, State
from rapport.consent.ways import WAY_OF, Way
from rapport.customers.veil import hidden_columns, hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASONS: "dict[str, StrOrPromise]" = {
    "no account": gettext_lazy("No mail account is set from which it could be sent."),
    "no server": gettext_lazy("No server for sending is set in this mail account."),
    "away": gettext_lazy("The server for sending can't be reached."),
    "certificate": gettext_lazy("The server's certificate is not valid, so nothing was sent."),
    "no tls": gettext_lazy("The server does not encrypt as the account asks for."),
    "sign in": gettext_lazy("The server did not accept the sign-in of the account."),
    "sender": gettext_lazy("The server does not let this account send."),
    "recipient": gettext_lazy("The server does not accept the recipient."),
    "content": gettext_lazy("The server does not accept the message."),
    "large": gettext_lazy("The message is larger than the server accepts."),
    "international": gettext_lazy("The address has letters beyond ASCII before the @, which this server can't handle."),
    "address": gettext_lazy("An address can't be written to."),
    "doubt": gettext_lazy("The connection broke when everything was handed over: nobody knows whether it left."),
    "no driver": gettext_lazy("Nothing takes messages of this channel at the moment: an administrator names a driver."),
    "no room": gettext_lazy("It could not be laid into the spool."),
    "driver": gettext_lazy("The driver could not send it."),
    "gone": gettext_lazy("Its words were not kept, so it can't leave once more."),
    "no reader": gettext_lazy("It was for a colleague, who works here no longer or has another address."),
    "cut off": gettext_lazy("Rapport was stopped while it was being sent: nobody knows whether it left."),
    "many": gettext_lazy("What can be unsubscribed from goes to one address at a time."),
    "returned": gettext_lazy("It came back."),
}


REPORTS: "dict[str, StrOrPromise]" = {
    "delivered": gettext_lazy("It reached the server of %(address)s."),
    "delayed": gettext_lazy("The server of %(address)s lets it wait."),
    "returned": gettext_lazy("It did not reach %(address)s."),
    "complaint": gettext_lazy("%(address)s reported it as spam."),
    "ended": gettext_lazy("%(address)s ended it."),
}


def reason_of(message: Message) -> str:
    """Why it stands as it does: one sentence, with what the server said."""
    if message.state in {State.REFUSED, State.WAITING}:
        refusal = next((one for one in reversed(message.decisions.all()) if not one.allowed), None)
        if refusal:
            return told(refusal)
    said = str(REASONS.get(message.reason, message.said if message.state == State.REFUSED else ""))
    if said and message.said and message.state not in {State.REFUSED, State.SENT}:
        return _("%(reason)s The server said: %(said)s") % {"reason": said, "said": message.said}
    return said


@dataclass(frozen=True)
class Decided:
    """What was decided about one address, in words; none when nothing stood against it."""

    decision: Decision
    words: str


@dataclass(frozen=True)
class Heard:
    """What was reported about it since, in words."""

    report: Return
    words: str


@dataclass(frozen=True)
class Told:
    """A message with why it stands as it does, and what was decided when."""

    message: Message
    reason: str
    decisions: tuple[Decided, ...]
    heard: tuple[Heard, ...] = ()

    @property
    def answer(self) -> str:
        """What the server said when it took it."""
        return self.message.said if self.message.state == State.SENT else ""


def history_of(messages: Iterable[Message], *, reader: User) -> list[Told]:
    """Each with its decisions, in a fixed number of queries; to be shown and never saved."""
    found, closed = list(messages), closed_ways(reader)
    decisions = Decision.objects.select_related("suppression__by", "consent__by", "rule", "message__purpose").order_by(
        "pk"
    )
    prefetch_related_objects(
        found, Prefetch("decisions", decisions), Prefetch("returns", Return.objects.order_by("at", "pk"))
    )
    for one in found if closed else ():
        if WAY_OF[one.channel] in closed:
            cover(one)
    return [
        Told(
            one,
            reason_of(one),
            tuple(Decided(it, told(it)) for it in one.decisions.all()),
            tuple(heard(it) for it in one.returns.all()),
        )
        for one in found
    ]


def closed_ways(reader: User) -> frozenset[str]:
    """The ways whose addresses ``reader`` may not see."""
    paper = {Way.POST.value} if hidden_columns(reader) & {"street", "postcode", "city"} else set()
    return hidden_kinds(reader) | paper


def cover(message: Message) -> None:
    """A mask for each address that it goes to, also where a server repeats one."""
    for address in message.recipients:
        message.said = message.said.replace(address, MASK)
        for report in message.returns.all():
            report.said = report.said.replace(address, MASK)
    for report in message.returns.all():
        report.address = MASK
    for decision in message.decisions.all():
        decision.address = MASK
    message.to, message.cc = [MASK for _one in message.to], [MASK for _one in message.cc]


def heard(report: Return) -> Heard:
    words = str(REPORTS[report.kind]) % {"address": report.address}
    return Heard(
        report,
        _("%(reason)s The server said: %(said)s") % {"reason": words, "said": report.said} if report.said else words,
    )
