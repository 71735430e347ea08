"""The folders of a mailbox: what each is called, and what it is for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from imap_tools.imap_utf7 import utf7_decode, utf7_encode

from rapport.channels.mail.wire import ImapError

LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?P<delimiter>"[^"]*"|NIL) ?(?P<name>.*)\Z', re.DOTALL)


class Use(StrEnum):
    """What a folder is for, as far as the server or its name says."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"
    TRASH = "trash"
    ALL = "all"
    VIRTUAL = "virtual"
    OTHER = ""


FLAGS = {
    rb"\sent": Use.SENT,
    rb"\drafts": Use.DRAFTS,
    rb"\junk": Use.JUNK,
    rb"\trash": Use.TRASH,
    rb"\all": Use.ALL,
    rb"\flagged": Use.VIRTUAL,
    rb"\important": Use.VIRTUAL,
}
# Servers that know no special use leave only the name to tell by.
NAMES = {
    "sent": Use.SENT,
    "sent items": Use.SENT,
    "sent messages": Use.SENT,
    "gesendet": Use.SENT,
    "gesendete elemente": Use.SENT,
    "gesendete objekte": Use.SENT,
    "drafts": Use.DRAFTS,
    "entwürfe": Use.DRAFTS,
    "junk": Use.JUNK,
    "junk e-mail": Use.JUNK,
    "spam": Use.JUNK,
    "junk-e-mail": Use.JUNK,
    "trash": Use.TRASH,
    "deleted items": Use.TRASH,
    "deleted messages": Use.TRASH,
    "papierkorb": Use.TRASH,
    "gelöschte elemente": Use.TRASH,
}


@dataclass(frozen=True)
class Listed:
    """A folder as the server lists it."""

    name: str
    use: Use


def listed(row: object) -> Listed | None:
    """The folder in a row of a listing, when it is one that can be opened."""
    head, literal = row if isinstance(row, tuple) else (row, None)
    match = LISTED.match(head) if isinstance(head, bytes) else None
    if not match:
        return None
    flags = match["flags"].lower().split()
    if rb"\noselect" in flags or rb"\nonexistent" in flags:
        return None
    name = name_of(literal if literal is not None else match["name"])
    delimiter = match["delimiter"].strip(b'"').decode(errors="replace")
    return Listed(name, use_of(name, flags, delimiter))


def use_of(name: str, flags: Sequence[bytes], delimiter: str) -> Use:
    if name.upper() == "INBOX":
        return Use.INBOX
    said = next((use for flag, use in FLAGS.items() if flag in flags), None)
    return said or NAMES.get((name.rpartition(delimiter)[2] if delimiter else name).lower(), Use.OTHER)


def name_of(raw: bytes) -> str:
    raw = raw.strip()
    if raw.startswith(b'"') and raw.endswith(b'"'):
        raw = re.sub(rb"\\(.)", rb"\1", raw[1:-1])
    try:
        return utf7_decode(raw)
    except (ValueError, UnicodeError):
        return raw.decode("latin-1")


def quoted(name: str) -> str:
    text = utf7_encode(name).decode()
    if re.search(r"[\r\n\x00]", text):
        raise ImapError("folder", name)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
