"""Try a mail account: can one read there, can one send there, and if not, why."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

from rapport.channels.mail.folders import Use
from rapport.channels.mail.imap import connected
from rapport.channels.mail.sign_in import Credentials, SignInError, credentials
from rapport.channels.mail.wire import PATIENCE, ImapError
from rapport.channels.models import MailAccount, Security


@dataclass(frozen=True)
class Finding:
    """How reading or sending went; `trouble` is a word, empty when all is well; `said` is the server's own."""

    part: str
    trouble: str = ""
    said: str = ""
    folders: int = 0
    messages: int = 0


def probe(account: MailAccount, *, at: datetime) -> list[Finding]:
    """One finding for reading and one for sending, as far as the account has them. Changes and sends nothing."""
    parts = [part for part, host in (("imap", account.imap_host), ("smtp", account.smtp_host)) if host]
    try:
        proof = credentials(account, at=at)
    except SignInError as problem:
        return [Finding(part, str(problem)) for part in parts]
    found = {"imap": probe_reading, "smtp": probe_sending}
    return [found[part](account, proof) for part in parts]


def probe_reading(account: MailAccount, proof: Credentials) -> Finding:
    try:
        with connected(account, proof) as imap:
            folders = imap.folders()
            inbox = next((one for one in folders if one.use is Use.INBOX), None)
            opened = imap.open(inbox.name if inbox else "INBOX")
    except ImapError as problem:
        return Finding("imap", str(problem), problem.said)
    return Finding("imap", folders=len(folders), messages=opened.exists)


def probe_sending(account: MailAccount, proof: Credentials) -> Finding:
    try:
        with sender(account) as smtp:
            if account.smtp_security == Security.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
            if proof.token:
                smtp.user, smtp.password = proof.username, proof.token
                smtp.auth("XOAUTH2", lambda _challenge=None: proof.xoauth2.decode())
            elif proof.password and smtp.has_extn("auth"):
                smtp.login(proof.username, proof.password)
    except (smtplib.SMTPException, OSError) as problem:
        word, said = word_for(problem)
        return Finding("smtp", word, said)
    return Finding("smtp")


def sender(account: MailAccount) -> smtplib.SMTP:
    if account.smtp_security == Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(account.smtp_host, account.smtp_port, timeout=PATIENCE, context=context)
    return smtplib.SMTP(account.smtp_host, account.smtp_port, timeout=PATIENCE)


# From the narrow to the wide: the first that fits says it.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "name"),
    (ConnectionRefusedError, "refused connection"),
    (TimeoutError, "silent"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "no tls"),
    (smtplib.SMTPAuthenticationError, "sign-in"),
    (smtplib.SMTPNotSupportedError, "no tls"),
    (smtplib.SMTPServerDisconnected, "cut off"),
    (smtplib.SMTPException, "nonsense"),
)


def word_for(problem: Exception) -> tuple[str, str]:
    word = next((word for kind, word in WORDS if isinstance(problem, kind)), "unreachable")
    said = getattr(problem, "smtp_error", b"") or getattr(problem, "verify_message", "")
    return word, said.decode(errors="replace")[:300] if isinstance(said, bytes) else str(said)[:300]
