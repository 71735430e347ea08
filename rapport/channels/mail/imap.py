"""A mailbox on a server, read over IMAP by somebody who does not trust it: bounded in size, time and what it may say."""

import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapport.channels.mail.folders import Listed, listed, quoted
from rapport.channels.mail.sign_in import Credentials
from rapport.channels.mail.wire import ImapError, Line
from rapport.channels.models import MailAccount, Security

LARGEST_UID = 2**32 - 1
UID, SIZE = re.compile(rb"\bUID (\d{1,10})\b"), re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
MOST_FOLDERS = 2_000
MOST_MEANWHILE = 100_000


@dataclass(frozen=True)
class Opened:
    """A folder at the moment it was opened. `uid_next` is the least that a coming message will have."""

    uid_validity: int
    uid_next: int
    exists: int


class Imap:
    """A mailbox that one has signed in to."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.current = ""
        self.uid_next = 0

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self.line.capabilities

    def folders(self) -> list[Listed]:
        """The folders that can be opened."""
        _answer, rows = self.line.list()
        found = [one for row in rows[:MOST_FOLDERS] if (one := listed(row))]
        return list({one.name: one for one in found}.values())

    def open(self, name: str) -> Opened:
        """Open a folder for reading; nothing in it is ever marked or changed."""
        self.current = ""
        answer, counted = self.line.select(quoted(name), readonly=True)
        if answer != "OK":
            raise ImapError("folder", text_of(counted))
        validity = number_in(self.line.response("UIDVALIDITY")[1])
        uid_next = number_in(self.line.response("UIDNEXT")[1])
        if not validity:
            raise ImapError("nonsense", "no UIDVALIDITY")
        exists = number_in(counted)
        if not uid_next:
            uid_next = max(self.search("ALL"), default=0) + 1 if exists else 1
        self.current, self.uid_next = name, uid_next
        return Opened(validity, uid_next, exists)

    def between(self, first: int, last: int | None, *, since: date | None = None) -> list[int]:
        """The UIDs from ``first`` to ``last`` (the newest, when None), in order."""
        criteria = f"UID {first}:{last or '*'}"
        found = self.search(f"{criteria} SINCE {imap_date(since)}" if since else criteria)
        # Many may have come since it was opened; not so many that a number far beyond could be true.
        return [uid for uid in found if first <= uid <= min(last or LARGEST_UID, self.uid_next + MOST_MEANWHILE)]

    def search(self, criteria: str) -> list[int]:
        answer, rows = self.line.uid("SEARCH", criteria)
        if answer != "OK":
            raise ImapError("refused", text_of(rows))
        words = b" ".join(row for row in rows if isinstance(row, bytes)).split()
        return sorted({int(word) for word in words if word.isdigit() and 0 < int(word) <= LARGEST_UID})

    def having(self, header: str, words: str) -> list[int]:
        """The UIDs of messages with ``words`` in ``header``."""
        # As a literal: it may hold any letter, and nothing that it holds is a command.
        self.line.literal = words.encode()  # type: ignore[assignment]
        charset = () if words.isascii() else ("CHARSET", "UTF-8")
        answer, rows = self.line.uid("SEARCH", *charset, header)
        if answer != "OK":
            return []
        found = b" ".join(row for row in rows if isinstance(row, bytes)).split()
        return sorted({int(word) for word in found if word.isdigit()})

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """What the server says of the sizes."""
        found = {}
        for row in self.fetched(uids, "(UID RFC822.SIZE)"):
            said = row if isinstance(row, bytes) else row[0]
            uid, size = UID.search(said), SIZE.search(said)
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def contents(self, uids: Sequence[int]) -> dict[int, bytes]:
        return self.bodies(uids, "(UID BODY.PEEK[])")

    def headers(self, uids: Sequence[int]) -> dict[int, bytes]:
        return self.bodies(uids, "(UID BODY.PEEK[HEADER]<0.65536>)")

    def bodies(self, uids: Sequence[int], what: str) -> dict[int, bytes]:
        """By UID, which may stand before or behind the content."""
        asked, found = set(uids), {}
        body: bytes | None = None
        named: re.Match[bytes] | None = None
        for row in self.fetched(uids, what):
            if isinstance(row, tuple):
                named, body = UID.search(row[0]), bytes(row[1])
            else:
                named = named or UID.search(row or b"")
            if named and body is not None and int(named[1]) in asked:
                found[int(named[1])] = body
            if not isinstance(row, tuple):
                named, body = None, None
        return found

    def fetched(self, uids: Sequence[int], what: str) -> Iterable[Any]:
        if not uids:
            return ()
        answer, rows = self.line.uid("FETCH", ranges(uids), what)
        if answer != "OK":
            raise ImapError("refused", text_of(rows))
        return [row for row in rows if row is not None]

    def wait(self, seconds: float, woken: threading.Event) -> bool:
        """Until there is news, at most ``seconds``."""
        if self.can_idle:
            return self.line.listen(seconds, woken)
        woken.wait(seconds)
        return True


@contextmanager
def connected(account: MailAccount, proof: Credentials) -> Iterator[Imap]:
    """A mailbox while it is needed. Raises ImapError, whatever goes wrong with the server."""
    line: Line | None = None
    with told():
        try:
            line = dial(account)
            sign_in(line, proof)
            yield Imap(line)
        finally:
            if line is not None:
                with suppress(OSError, imaplib.IMAP4.error):
                    line.logout()


def dial(account: MailAccount) -> Line:
    safe = ssl.create_default_context()
    line = Line(account.imap_host, account.imap_port, safe if account.imap_security == Security.TLS else None)
    if account.imap_security == Security.STARTTLS:
        if "STARTTLS" not in line.capabilities:
            line.shutdown()
            raise ImapError("no tls")
        line.starttls(safe)
    return line


def sign_in(line: Line, proof: Credentials) -> None:
    try:
        if proof.token:
            line.authenticate("XOAUTH2", lambda _challenge: proof.xoauth2)
        elif proof.username.isascii() and proof.password.isascii():
            line.login(proof.username, proof.password)
        else:
            both = f"\x00{proof.username}\x00{proof.password}".encode()
            line.authenticate("PLAIN", lambda _challenge: both)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as problem:
        raise ImapError("sign-in", str(problem).strip("b'\"")) from None


@contextmanager
def told() -> Iterator[None]:
    """Whatever goes wrong on the wire, as one word."""
    try:
        yield
    except socket.gaierror:
        raise ImapError("name") from None
    except ConnectionRefusedError:
        raise ImapError("refused connection") from None
    except TimeoutError:
        raise ImapError("silent") from None
    except ssl.SSLCertVerificationError as problem:
        raise ImapError("certificate", problem.verify_message) from None
    except ssl.SSLError as problem:
        raise ImapError("no tls", str(problem.reason or "")) from None
    except imaplib.IMAP4.abort as problem:
        raise ImapError("cut off", str(problem)) from None
    except imaplib.IMAP4.error as problem:
        raise ImapError("nonsense", str(problem)) from None
    except OSError as problem:
        raise ImapError("unreachable", problem.strerror or "") from None
    except (ValueError, IndexError, TypeError, AttributeError) as problem:
        # What imaplib stumbles over when a server answers what no server answers.
        raise ImapError("nonsense", str(problem)) from problem


def ranges(uids: Sequence[int]) -> str:
    """As few words as they can be said in: 3:5,9."""
    parts: list[list[int]] = []
    for uid in sorted(uids):
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in parts)


def imap_date(day: date) -> str:
    """Months in English, whatever the locale."""
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
    return f"{day.day}-{month}-{day.year}"


def number_in(rows: Sequence[Any]) -> int:
    said = next((row for row in reversed(rows) if row), b"")
    return int(said) if isinstance(said, bytes) and said.isdigit() and int(said) <= LARGEST_UID else 0


def text_of(rows: Sequence[Any]) -> str:
    return b" ".join(row for row in rows if isinstance(row, bytes)).decode(errors="replace")
