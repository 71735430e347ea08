"""What the pages of mailboxes show, put together."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.channels.mail.probe import Finding
from rapport.channels.models import Proof
from rapport.mail.intake import COUNTS, Outcome
from rapport.mail.keep import may_change, may_retire
from rapport.mail.models import LedgerLine, Mailbox, MailFolder
from rapport.mail.told import connection_in_words
from rapport.mail.visit import ALARM
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class State:
    """How a mailbox goes, in words; `alarm` when it has been failing for long."""

    mailbox: Mailbox
    words: str
    mark: str
    alarm: bool
    trouble: str


@dataclass(frozen=True)
class FolderState:
    """A folder: how many the server has, what became of them, and whether that adds up."""

    folder: MailFolder
    present: int
    waiting: int
    trouble: str
    counts: "tuple[tuple[StrOrPromise, str, int], ...]"

    @property
    def adds_up(self) -> bool:
        return self.folder.exists == self.present + self.folder.older


def state_of(mailbox: Mailbox, *, at: datetime) -> State:
    trouble = connection_in_words(mailbox.trouble) if mailbox.trouble else ""
    if not mailbox.account.active:
        return State(mailbox, _("Retired"), "", alarm=False, trouble="")
    if not mailbox.account.imap_host:
        return State(mailbox, _("Only sends"), "info", alarm=False, trouble="")
    if mailbox.trouble and mailbox.failing_since:
        alarm = at - mailbox.failing_since > ALARM
        return State(mailbox, _("Fails"), "bad", alarm=alarm, trouble=trouble)
    if mailbox.seen_at is None:
        return State(mailbox, _("Waiting for its turn"), "info", alarm=False, trouble="")
    reading = mailbox.folders.filter(wanted=True, listed=True).exclude(below=None).exists()
    words = _("Up to date; older mail is coming in") if reading else _("Up to date")
    return State(mailbox, words, "good", alarm=False, trouble="")


def states_of(user: User, *, at: datetime) -> list[State]:
    found = Mailbox.objects.visible_to(user).select_related("account__user", "account__scope__team", "circle")
    return [state_of(one, at=at) for one in found.order_by("-account__active", "account__name", "pk")]


def failing(user: User, *, at: datetime) -> list[State]:
    """The mailboxes that ``user`` should know of: one's own and shared ones that have failed for long."""
    if not user.allows("mail.keep_mailbox"):
        return []
    late = Mailbox.objects.visible_to(user).read().filter(failing_since__lt=at - ALARM)
    mine = late.filter(account__user=user) | late.filter(account__user=None)
    return [state_of(one, at=at) for one in mine.select_related("account")]


def mailbox_page(mailbox: Mailbox, *, reader: User) -> dict[str, Any]:
    now = timezone.now()
    folders = [folder_state(one) for one in mailbox.folders.order_by("-wanted", "name")]
    return {
        "mailbox": mailbox,
        "account": mailbox.account,
        "state": state_of(mailbox, at=now),
        "folders": folders,
        "may_change": may_change(mailbox, reader),
        "may_retire": may_retire(mailbox, reader),
        "oauth": mailbox.account.proof != Proof.PASSWORD,
        "totals": [(one.label, one.value, sum(getattr(f.folder, one.value) for f in folders)) for one in Outcome],
        "messages_seen": sum(one.folder.messages for one in folders),
        "busy": mailbox.account.active,
    }


def folder_state(folder: MailFolder) -> FolderState:
    lines = LedgerLine.objects.filter(folder=folder, uid_validity=folder.uid_validity)
    present = lines.filter(gone_at=None).count()
    waiting = max(folder.exists - folder.older - present, 0) if folder.below is not None else 0
    counts = tuple((Outcome(name).label, name, getattr(folder, name)) for name in COUNTS if getattr(folder, name))
    return FolderState(folder, present, waiting, connection_in_words(folder.trouble) if folder.trouble else "", counts)


def findings_in_words(findings: list[Finding]) -> list[dict[str, Any]]:
    """What a test found, in sentences."""
    return [
        {
            "well": not one.trouble,
            "part": _("Reading (IMAP)") if one.part == "imap" else _("Sending (SMTP)"),
            "text": connection_in_words(one.trouble) if one.trouble else well(one),
            "said": one.said,
        }
        for one in findings
    ]


def well(finding: Finding) -> str:
    if finding.part == "smtp":
        return _("It works: the server takes mail from us.")
    told = {"messages": finding.messages, "folders": finding.folders}
    return _("It works. Messages in the inbox: %(messages)s; folders: %(folders)s.") % told
