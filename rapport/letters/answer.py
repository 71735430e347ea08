"""What a letter that answers or passes on another one begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.channels.models import MailAccount
from rapport.customers.models import Identifier
from rapport.customers.veil import hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.files.keep import Content
from rapport.mail.models import Attachment, Mail
from rapport.mail.threads import PREFIX
from rapport.people.models import User
from rapport.people.own import ours
from rapport.timeline.models import Participation

MOST_REFERENCES = 20


class Mode(StrEnum):
    REPLY = "reply"
    ALL = "all"
    FORWARD = "forward"


@dataclass(frozen=True)
class Answer:
    """Recipients, subject, threading and quotation that follow from a mail."""

    mail: Mail
    mode: Mode
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    references: tuple[str, ...]
    quoted: str
    account: MailAccount | None

    @property
    def attachments(self) -> Sequence[Attachment]:
        """What goes along when it is passed on."""
        if self.mode is not Mode.FORWARD:
            return ()
        return list(self.mail.attachments.select_related("file").order_by("position"))

    @property
    def contents(self) -> list[Content]:
        return [Content(one.name, one.media_type, one.file.path.read_bytes()) for one in self.attachments]


def answer(mail: Mail, mode: Mode, accounts: Sequence[MailAccount], *, reader: User) -> Answer:
    """The beginnings of a letter about ``mail``, which ``reader`` may see; without addresses where those are covered."""
    seats = list(
        Participation.objects.filter(interaction=mail.pk, clue_value__contains="@").values_list("role", "clue_value")
    )
    mine = {one.address.lower(): one for one in accounts}
    own = ours(also=MailAccount.objects.values_list("address", flat=True))
    outside = [(role, value) for role, value in seats if value not in own and value.lower() not in mine]
    sender = mail.sender if mail.sender not in own and mail.sender not in mine else ""
    to = (sender,) if sender else tuple(value for role, value in outside if role == "to")
    rest = tuple(dict.fromkeys(value for _role, value in outside if value.lower() not in {one.lower() for one in to}))
    received = next((mine[value.lower()] for _role, value in seats if value.lower() in mine), mine.get(mail.sender))
    forward, covers = mode is Mode.FORWARD, Identifier.Kind.EMAIL in hidden_kinds(reader)
    mail.sender = MASK if covers else mail.sender
    return Answer(
        mail=mail,
        mode=mode,
        to=() if forward or covers else to,
        cc=rest if mode is Mode.ALL and not covers else (),
        subject=prefixed(mail.interaction.subject, "Fwd: " if forward else "Re: "),
        references=() if forward else references_of(mail, reader=reader),
        quoted=passed_on(mail) if forward else quoted(mail),
        account=received,
    )


def prefixed(subject: str, prefix: str) -> str:
    """With one prefix, however many there were."""
    rest = subject
    while found := PREFIX.match(rest):
        rest = rest[found.end() :]
    return (prefix + rest.strip())[:1_000]


def references_of(mail: Mail, *, reader: User) -> tuple[str, ...]:
    """The ids of its thread up to it, it last."""
    before = Mail.objects.visible_to(reader).filter(thread=mail.thread_id, at__lte=mail.at).exclude(pk=mail.pk)
    ids = before.exclude(message_id="").order_by("-at").values_list("message_id", flat=True)[: MOST_REFERENCES - 1]
    return (*reversed(ids), mail.message_id) if mail.message_id else tuple(reversed(ids))


def said(mail: Mail) -> str:
    return mail.whole or mail.interaction.text


def quoted(mail: Mail) -> str:
    when = date_format(localtime(mail.at), "DATETIME_FORMAT")
    opening = _("On %(when)s, %(sender)s wrote:") % {"when": when, "sender": mail.sender}
    return "\n".join([opening, *(f"> {line}" for line in said(mail).splitlines())])


def passed_on(mail: Mail) -> str:
    head = [
        "---------- Forwarded message ---------",
        f"From: {mail.sender}",
        f"Date: {date_format(localtime(mail.at), 'DATETIME_FORMAT')}",
        f"Subject: {mail.interaction.subject}",
    ]
    return "\n".join([*head, "", said(mail)])
