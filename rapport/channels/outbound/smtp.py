"""Hand an e-mail to the server of its account, and tell plainly what became of it."""

import base64
import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from functools import cache
from typing import Any, Protocol

from rapport.channels.mail.sign_in import Credentials, SignInError, credentials
from rapport.channels.models import MailAccount, Security
from rapport.channels.outbound.build import AddressError, Letter, is_international, message_of, wired
from rapport.channels.outbound.outcome import Failure, NotSent, Sent, StopError, words

PATIENCE = 30
DOT = re.compile(rb"^\.", re.MULTILINE)
OK, MORE, FOR_EVER, SIGNED_IN = 250, 354, 500, 235


class Session(Protocol):
    """An open line to a provider that is spoken to over HTTP."""

    def open(self) -> object: ...
    def send_messages(self, _messages: list[Any], /) -> object: ...
    def close(self) -> None: ...


class Lines:
    """Connections that stay open for the next letters of a batch, one for each account; to be closed at its end."""

    def __init__(self) -> None:
        self._open: dict[int, smtplib.SMTP] = {}
        # The session with a provider, where one is set; it has no account of its own.
        self.provider: Session | None = None

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_error: object) -> None:
        for server in self._open.values():
            leave(server)
        self._open.clear()
        if self.provider:
            self.provider.close()
            self.provider = None

    def take(self, account: MailAccount, *, at: datetime) -> smtplib.SMTP:
        """One that is signed in: the one that is open, if it still answers, else a fresh one. Raises StopError."""
        server = self._open.pop(account.pk, None)
        if server and answers(server):
            return server
        return fresh(account, at=at)

    def keep(self, account: MailAccount, server: smtplib.SMTP) -> None:
        self._open[account.pk] = server


def send(letter: Letter, account: MailAccount, lines: Lines, *, at: datetime) -> Sent | NotSent:
    """Send to all or to nobody. A connection that breaks once all was handed over leaves it in doubt."""
    if not account.smtp_host:
        return NotSent(Failure.NO_SERVER, permanent=True)
    try:
        message = message_of(letter)
        server = lines.take(account, at=at)
    except AddressError as problem:
        return NotSent(Failure.ADDRESS, permanent=True, said=str(problem))
    except StopError as stop:
        return stop.outcome
    try:
        outcome = handed_over(server, letter, message)
    except StopError as stop:
        outcome = stop.outcome
    except (OSError, smtplib.SMTPException) as problem:
        outcome = NotSent(Failure.AWAY, permanent=False, said=words(problem))
    if isinstance(outcome, NotSent) and outcome.failure in {Failure.AWAY, Failure.DOUBT}:
        leave(server)
    else:
        lines.keep(account, server)
    return outcome


def answers(server: smtplib.SMTP) -> bool:
    """Whether an open connection still is one, with nothing left on it of the letter before."""
    try:
        code, _said = server.rset()
    except (OSError, smtplib.SMTPException):
        server.close()
        return False
    if code != OK:
        leave(server)
    return code == OK


def fresh(account: MailAccount, *, at: datetime) -> smtplib.SMTP:
    """Raises StopError."""
    server = connected(account)
    try:
        sign_in(server, account, at=at)
    except StopError:
        leave(server)
        raise
    except (OSError, smtplib.SMTPException) as problem:
        leave(server)
        raise StopError(Failure.AWAY, problem, permanent=False) from None
    return server


@cache
def trusted() -> ssl.SSLContext:
    """The authorities of this machine; to read them takes longer than to send a letter."""
    return ssl.create_default_context()


def connected(account: MailAccount) -> smtplib.SMTP:
    try:
        if account.smtp_security == Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                account.smtp_host, account.smtp_port, timeout=PATIENCE, context=trusted()
            )
        else:
            server = smtplib.SMTP(account.smtp_host, account.smtp_port, timeout=PATIENCE)
        server.ehlo()
        if account.smtp_security == Security.STARTTLS:
            server.starttls(context=trusted())
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


def leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
