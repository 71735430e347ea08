"""Hand an e-mail to the server of its account, and tell plainly what became of it."""

import base64
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum

from rapport.channels.mail.headers import one_line
from rapport.channels.mail.sign_in import Credentials, SignInError, credentials
from rapport.channels.models import MailAccount, Security
from rapport.channels.outbound.build import AddressError, Letter, is_international, message_of, wired

PATIENCE = 30
DOT = re.compile(rb"^\.", re.MULTILINE)
OK, MORE, FOR_EVER, SIGNED_IN = 250, 354, 500, 235


class Failure(StrEnum):
    """Why a letter did not leave, or may not have left."""

    NO_SERVER = "no server"
    AWAY = "away"
    CERTIFICATE = "certificate"
    NO_TLS = "no tls"
    SIGN_IN = "sign in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    LARGE = "large"
    INTERNATIONAL = "international"
    ADDRESS = "address"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Sent:
    """The server took it over."""

    answer: str = ""


@dataclass(frozen=True)
class NotSent:
    """It did not leave; with a permanent failure trying again is of no use. `said` are the server's own words."""

    failure: Failure
    permanent: bool
    said: str = ""


class StopError(Exception):
    """Carries why a letter stopped on its way."""

    def __init__(self, failure: Failure, said: object = "", *, permanent: bool) -> None:
        super().__init__(failure)
        self.outcome = NotSent(failure, permanent, words(said))


def send(letter: Letter, account: MailAccount, *, at: datetime) -> Sent | NotSent:
    """Send to all or to nobody. A connection that breaks once all was handed over leaves it in doubt."""
    if not account.smtp_host:
        return NotSent(Failure.NO_SERVER, permanent=True)
    try:
        message = message_of(letter)
        server = connected(account)
    except AddressError as problem:
        return NotSent(Failure.ADDRESS, permanent=True, said=str(problem))
    except StopError as stop:
        return stop.outcome
    try:
        sign_in(server, account, at=at)
        return handed_over(server, letter, message)
    except StopError as stop:
        return stop.outcome
    except (OSError, smtplib.SMTPException) as problem:
        return NotSent(Failure.AWAY, permanent=False, said=words(problem))
    finally:
        leave(server)


def connected(account: MailAccount) -> smtplib.SMTP:
    context = ssl.create_default_context()
    try:
        if account.smtp_security == Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                account.smtp_host, account.smtp_port, timeout=PATIENCE, context=context
            )
        else:
            server = smtplib.SMTP(account.smtp_host, account.smtp_port, timeout=PATIENCE)
        server.ehlo()
        if account.smtp_security == Security.STARTTLS:
            server.starttls(context=context)
            server.ehlo()
    except ssl.SSLCertVerificationError as problem:
        raise StopError(Failure.CERTIFICATE, problem.verify_message, permanent=True) from None
    except (smtplib.SMTPNotSupportedError, ssl.SSLError) as problem:
        raise StopError(Failure.NO_TLS, problem, permanent=True) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise StopError(Failure.AWAY, problem, permanent=False) from None
    return server


def sign_in(server: smtplib.SMTP, account: MailAccount, *, at: datetime) -> None:
    """A server on this machine or in a closed network may ask for nothing."""
    try:
        known = credentials(account, at=at)
    except SignInError as problem:
        raise StopError(Failure.SIGN_IN, problem, permanent=str(problem) != "provider away") from None
    if known.token:
        oauth(server, known)
    elif known.password:
        try:
            server.login(known.username, known.password)
        except smtplib.SMTPAuthenticationError as refusal:
            raise refused(Failure.SIGN_IN, refusal.smtp_code, refusal.smtp_error) from None
        except smtplib.SMTPNotSupportedError as problem:
            raise StopError(Failure.SIGN_IN, problem, permanent=True) from None


def oauth(server: smtplib.SMTP, known: Credentials) -> None:
    code, said = server.docmd("AUTH", "XOAUTH2 " + base64.b64encode(known.xoauth2).decode())
    if code == 334:  # noqa: PLR2004
        code, said = server.docmd("")  # The error is told in the challenge; an empty answer ends it.
    if code != SIGNED_IN:
        raise refused(Failure.SIGN_IN, code, said)


def handed_over(server: smtplib.SMTP, letter: Letter, message: EmailMessage) -> Sent | NotSent:
    utf8 = is_international(letter)
    if utf8 and not server.has_extn("smtputf8"):
        return NotSent(Failure.INTERNATIONAL, permanent=True)
    content = message.as_bytes()
    most = server.esmtp_features.get("size", "")
    if most.isdigit() and 0 < int(most) < len(content):
        return NotSent(Failure.LARGE, permanent=True, said=most)
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if most:
        options.append(f"SIZE={len(content)}")
    code, said = server.mail(wired(letter.sender), options)
    if code != OK:
        raise refused(Failure.SENDER, code, said)
    for recipient in letter.recipients:
        code, said = server.rcpt(wired(recipient))
        if code not in {OK, 251}:
            raise refused(Failure.RECIPIENT, code, f"{recipient}: {words(said)}")
    return given(server, content)


def given(server: smtplib.SMTP, content: bytes) -> Sent | NotSent:
    """From here on a broken line leaves open whether the server has it."""
    code, said = server.docmd("data")
    if code != MORE:
        raise refused(Failure.CONTENT, code, said)
    body = DOT.sub(b"..", content)
    try:
        server.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, said = server.getreply()
    except (OSError, smtplib.SMTPException) as problem:
        return NotSent(Failure.DOUBT, permanent=True, said=words(problem))
    if code != OK:
        raise refused(Failure.CONTENT, code, said)
    return Sent(words(said))


def refused(failure: Failure, code: int, said: object) -> StopError:
    return StopError(failure, f"{code} {words(said)}", permanent=code >= FOR_EVER)


def words(said: object) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return one_line(text, 400)


def leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
