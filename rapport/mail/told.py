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
    Doubt.FORGED: _("The sender may be forged: the server that received it found no proof that it is theirs (DMARC)."),
    Doubt.CHARSET: _("It says a wrong character set; letters may be wrong."),
}
CONNECTION: "dict[str, StrOrPromise]" = {
    "name": _("There is no server of this name. Is it spelt right?"),
    "refused connection": _("The server is there, but nothing answers at this port."),
    "silent": _("The server does not answer. Is the port right, and does a firewall let it through?"),
    "unreachable": _("The server can't be reached from here."),
    "certificate": _("The server's certificate is not valid for its name, so the password was not sent."),
    "no tls": _("The server does not speak this kind of security at this port. Try the other one."),
    "sign-in": _("The server refused the user name or the password. Some providers ask for an app password."),
    "folder": _("There is no such folder, or it can't be opened."),
    "refused": _("The server refused to answer a question about the messages."),
    "cut off": _("The server broke the connection off."),
    "nonsense": _("What answers there is no mail server that one could talk to."),
    "sealed elsewhere": _("The password was sealed by another installation. Say it again."),
    "not allowed yet": _("The provider was not asked for its permission yet. Press “Sign in at the provider”."),
    "not allowed any more": _("The provider takes our permission back. Press “Sign in at the provider”."),
    "provider away": _("The provider hands out no permissions at the moment. It is tried again."),
    "no provider": _("Signing in at this provider is not set up here. An administrator can do that."),
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


def connection_in_words(word: str) -> str:
    """Why a server can't be read or sent through."""
    return str(CONNECTION.get(word, word))


def reason_in_words(reason: str) -> str:
    return str(REASONS.get(reason, reason))


def doubts_in_words(doubts: list[str]) -> list[str]:
    return [str(DOUBTS[one]) for one in doubts if one in DOUBTS]
