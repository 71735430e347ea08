"""The parts of an e-mail: what is to be read, and what is attached."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Raw
from pathlib import PurePosixPath

from rapport.channels.mail.headers import bare, one_line, words
from rapport.channels.mail.message import Attached, Doubt, Hindrance
from rapport.channels.mail.words import decoded, text_of

DEEPEST, MOST_PARTS = 30, 1_000
LONGEST_TEXT = 2_000_000
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,60}\Z")
EXTENSIONS = {"text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt", "message/rfc822": ".eml"}


@dataclass
class Body:
    """What the parts of a message came to."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attachments: list[Attached] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def html(self) -> str:
        return "\n".join(self.htmls)[:LONGEST_TEXT]

    @property
    def text(self) -> str:
        """The plain text; made from the HTML where there is none."""
        said = "\n\n".join(text for text in self.texts if text.strip())
        return (said or (text_of(self.html) if self.html else "")).strip()[:LONGEST_TEXT]


def body_of(message: "Raw[str, str]") -> Body | Hindrance:
    """The body of ``message``, or why it is none that somebody wrote."""
    body = Body()
    for count, (depth, part) in enumerate(parts(message)):
        if depth > DEEPEST:
            return Hindrance.NESTED
        if count >= MOST_PARTS:
            return Hindrance.PARTS
        if not part.is_multipart() or part.get_content_maintype() == "message":
            add(body, part)
    return body


def parts(message: "Raw[str, str]") -> Iterator[tuple[int, "Raw[str, str]"]]:
    """Every part with its depth, in order. Messages in messages stay whole: they are attachments."""
    waiting = [(0, message)]
    while waiting:
        depth, part = waiting.pop()
        yield depth, part
        inside = part.get_payload()
        if isinstance(inside, list) and part.get_content_maintype() != "message":
            waiting.extend((depth + 1, one) for one in reversed(inside) if isinstance(one, Raw))


def add(body: Body, part: "Raw[str, str]") -> None:
    media_type, name = part.get_content_type(), name_of(part)
    disposition = (part.get_content_disposition() or "").lower()
    read = disposition != "attachment" and not name
    if media_type.startswith("multipart/"):  # Without its boundary it is only text.
        media_type = "text/plain"
    if read and media_type in {"text/plain", "text/html"}:
        text, true = decoded(content_of(part), str(part.get_content_charset() or ""))
        clean = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
        (body.texts if media_type == "text/plain" else body.htmls).append(clean)
        if not true and Doubt.CHARSET not in body.doubts:
            body.doubts.append(Doubt.CHARSET)
        return
    if media_type == "message/delivery-status":
        return
    inline = disposition == "inline" or bool(part.get("Content-ID"))
    kind = media_type if MEDIA_TYPE.match(media_type) else "application/octet-stream"
    body.attachments.append(Attached(name or unnamed(kind, len(body.attachments)), kind, content_of(part), inline))


def content_of(part: "Raw[str, str]") -> bytes:
    """The bytes of a part; of a message in a message, that message."""
    inside = part.get_payload()
    if isinstance(inside, list):
        try:
            return b"\n".join(one.as_bytes() for one in inside if isinstance(one, Raw))
        except (UnicodeError, LookupError, ValueError, RecursionError):
            return b""
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError):
        found = None
    if isinstance(found, bytes):
        return found
    return inside.encode(errors="surrogateescape") if isinstance(inside, str) else b""


def name_of(part: "Raw[str, str]") -> str:
    """What an attachment is called: a name alone, without a path, that hides nothing."""
    try:
        said = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""
    name = one_line(words(bare(said[:1_000])), 1_000).replace("\\", "/")
    name = re.sub(r"[<>:\"|?*]", "_", PurePosixPath(name).name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:150]}{dot}{ending[:20]}" if dot else name[:150]


def unnamed(media_type: str, number: int) -> str:
    return f"part-{number + 1}{EXTENSIONS.get(media_type, '')}"
