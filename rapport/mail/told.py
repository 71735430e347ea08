"""What became of a message, and why, in the reader's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rapport.channels.mail.message import Doubt, Hindrance, Nature

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASONS: "dict[str, StrOrPromise]" = {
    Hindrance.EMPTY: _("It is empty."),
    Hindrance.NOT_MAIL: _("It does not begin like an e-mail."),
    Hindrance.LARGE: _("It is larger than 50 MB."),
    Hindrance.NESTED: _("Its parts are nested too deep."),
    Hindrance.PARTS: _("It has more than 1,000 parts."),
    Hindrance.DATE: _("It has no date that can be believed."),
    Hindrance.SENDER: _("It does not say who sent it."),
    Hindrance.LOCKED: _("It is locked with a password."),
    Hindrance.DAMAGED: _("It can't be unpacked."),
    Nature.REPLY: _("An automatic reply."),
    Nature.BOUNCE: _("A report about a delivery."),
    Nature.SPAM: _("Marked as spam where it was received."),
    Nature.BULK: _("A newsletter or notice from nobody known."),
}
DOUBTS: "dict[str, StrOrPromise]" = {
    Doubt.DATE: _("Its own date can't be believed; this is when a server passed it on."),
    Doubt.SENDERS: _("It names several senders."),
    Doubt.POSING: _("The sender's name is somebody else's address; it is left out."),
    Doubt.CHARSET: _("It says a wrong character set; letters may be wrong."),
}
TROUBLES: "dict[str, StrOrPromise]" = {
    "outlook": _("Outlook's own format (.msg, .pst) can't be read. Save the messages as .eml or export them as .mbox."),
    "empty": _("The file is empty."),
    "not mail": _("This is no mail file: it is neither a message (.eml), an .mbox nor a .zip of them."),
    "zip": _("The .zip is damaged."),
    "unpacked": _("The .zip unpacks to more than 100 GiB."),
    "entries": _("More than 200,000 files are in it. Bring it in parts."),
    "gone": _("The file is no longer on the server. Upload it again."),
}


def trouble_in_words(trouble: str) -> str:
    """Why a whole file can't be read."""
    return str(TROUBLES.get(trouble, trouble))


def reason_in_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def doubts_in_words(doubts: list[str]) -> list[str]:
    return [str(DOUBTS[one]) for one in doubts if one in DOUBTS]
