"""Make the bytes of an e-mail: headers that hold nothing but themselves, plain text and HTML, attachments."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from rapport.channels.mail.headers import one_line


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """An e-mail as it shall leave. Addresses are bare; `message_id` and the ids of `references` have no brackets."""

    message_id: str
    at: datetime
    sender: str
    sender_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    references: tuple[str, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    # Where one click ends it (RFC 8058); an address of https or http without blanks.
    unsubscribe: str = ""

    @property
    def name(self) -> str:
        """What its files are called: no more than letters and digits."""
        return "".join(sign for sign in self.message_id.partition("@")[0] if sign.isalnum())

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.to, *self.cc)))


class AddressError(ValueError):
    """Nobody can be written to there."""


def wired(address: str) -> str:
    """The address as servers take it: its domain in ASCII. Raises AddressError."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(ord(one) < 33 or one in '<>"(),:;\\[]' for one in address):  # noqa: PLR2004
        raise AddressError(address)
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise AddressError(address) from None


def is_international(letter: Letter) -> bool:
    """Whether somebody's name before the @ needs a server that speaks SMTPUTF8."""
    return not all(wired(one).isascii() for one in (letter.sender, *letter.recipients))


def message_of(letter: Letter) -> EmailMessage:
    """The whole message. Raises AddressError."""
    message = EmailMessage(policy=SMTPUTF8 if is_international(letter) else SMTP)
    message["From"] = seat(letter.sender, letter.sender_name)
    message["To"] = [seat(one) for one in letter.to]
    if letter.cc:
        message["Cc"] = [seat(one) for one in letter.cc]
    message["Subject"] = one_line(letter.subject, 1_000)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}>"
    if letter.references:
        message["In-Reply-To"] = f"<{letter.references[-1]}>"
        message["References"] = " ".join(f"<{one}>" for one in letter.references)
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for one in letter.enclosed:
        kind = media_of(one.media_type)
        message.add_attachment(
            one.content, maintype=kind[0], subtype=kind[1], filename=one_line(one.name, 200) or "file"
        )
    return message


def media_of(media_type: str) -> tuple[str, str]:
    """Mail in mail and parts of parts would be read as structure; they go as plain bytes."""
    main, _slash, sub = media_type.partition("/")
    return (main, sub) if sub and main not in {"message", "multipart"} else ("application", "octet-stream")


def seat(address: str, name: str = "") -> Address:
    local, _at, domain = wired(address).rpartition("@")
    return Address(one_line(name, 200), local, domain)
