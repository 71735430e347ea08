"""Begin a letter on a customer's page: new, or as an answer to a mail there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from rapport.channels.models import MailAccount
from rapport.consent.judge import Verdict
from rapport.customers.models import Customer, Identifier
from rapport.customers.veil import hidden_kinds
from rapport.customers.wishes import Wishes, stated
from rapport.letters.against import against_letters
from rapport.letters.answer import Answer, Mode, answer
from rapport.letters.fill import About
from rapport.letters.forms import LetterForm
from rapport.letters.models import Template
from rapport.letters.other_ways import Offer, offers
from rapport.letters.senders import accounts_of, signature_of, whom_to_ask
from rapport.mail.models import Mail
from rapport.people.models import User


@dataclass(frozen=True)
class Composer:
    """All that the form shows."""

    customer: Customer
    form: LetterForm
    accounts: Sequence[MailAccount]
    addresses: Sequence[str]
    against: Sequence[Verdict]
    templates: Sequence[Template]
    signature: str
    answer: Answer | None = None
    offers: Sequence[Offer] = ()

    @property
    def asked(self) -> Wishes:
        """How they want to be addressed and reached; on the customer's page it stands above."""
        return stated(self.customer, at=timezone.now())

    @property
    def to_ask(self) -> list[User]:
        """Whom to ask for a mailbox to write from."""
        return whom_to_ask()

    @property
    def silenced(self) -> bool:
        """Whether there is no address left that may be written to."""
        return bool(self.addresses) and len(self.against) == len(self.addresses)


@dataclass(frozen=True)
class Beginning:
    """What is asked for in the address of the form."""

    answers: int | None = None
    mode: str = Mode.REPLY
    to: str = ""
    posted: tuple[Any, Any] | None = field(default=None, compare=False)


def composer(customer: Customer, asked: Beginning, *, by: User, at: datetime) -> Composer:
    accounts = list(accounts_of(by))
    addresses = addresses_of(customer, writer=by)
    against = against_letters(addresses, customer, at=at)
    silent = {one.address for one in against}
    found = answered(asked, accounts, by=by)
    free = next((one for one in addresses if one not in silent), "")
    initial: dict[str, Any] = {"to": asked.to or free, "account": accounts[0].pk if accounts else None}
    if found:
        initial |= {
            "to": ", ".join(found.to),
            "cc": ", ".join(found.cc),
            "subject": found.subject,
            "answers": found.mail.pk,
            "mode": found.mode.value,
            "quote": True,
        }
        if found.account:
            initial["account"] = found.account.pk
    about = About(customer, by, at)
    data, files = asked.posted or (None, None)
    form = LetterForm(data, files, initial=initial, about=about, accounts=accounts_of(by))
    account = next((one for one in accounts if one.pk == initial["account"]), None)
    templates = list(Template.objects.visible_to(by).offered(Template.Use.LETTER))
    return Composer(
        customer,
        form,
        accounts,
        addresses,
        against,
        templates,
        signature_of(by, account),
        found,
        offers(customer, writer=by),
    )


def answered(asked: Beginning, accounts: Sequence[MailAccount], *, by: User) -> Answer | None:
    if not asked.answers:
        return None
    mail = Mail.objects.visible_to(by).select_related("interaction").filter(pk=asked.answers).first()
    mode = Mode(asked.mode) if asked.mode in set(Mode) else Mode.REPLY
    return answer(mail, mode, accounts, reader=by) if mail else None


def addresses_of(customer: Customer, *, writer: User) -> list[str]:
    """Each once, one's own before shared ones; none where the writer may not see addresses."""
    if Identifier.Kind.EMAIL in hidden_kinds(writer):
        return []
    held = Identifier.objects.filter(member__customer=customer, kind=Identifier.Kind.EMAIL).order_by("strength", "pk")
    return list({one.key: one.value for one in held}.values())
