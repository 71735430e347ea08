"""Cut a calendar file into its entries, in flat memory: a damaged or oversized one costs none of the others."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from rapport.channels.calendar.happening import Block, Hindrance, NoCalendarError

LARGEST_FILE = 100 * 1024 * 1024
LONGEST_LINE, LONGEST_VALUE, LARGEST_ENTRY = 64 * 1024, 100_000, 1024 * 1024
DEEPEST, MOST_ZONES, BEGINNING = 10, 200, 64 * 1024
# Whatever else an entry holds, pictures and attached files above all, is passed over unread.
WANTED = frozenset(
    (
        *("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "URL", "CONFERENCE", "DTSTART", "DTEND", "DURATION", "RRULE"),
        *(
            "RDATE",
            "EXDATE",
            "RECURRENCE-ID",
            "ATTENDEE",
            "ORGANIZER",
            "STATUS",
            "CLASS",
            "TRANSP",
            "SEQUENCE",
            "DTSTAMP",
        ),
        *("LAST-MODIFIED", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"),
    )
)
ABOUT_ALL = frozenset(("METHOD", "X-WR-TIMEZONE"))
WITHIN = frozenset(("VCALENDAR",))


@dataclass
class Frame:
    """What holds for all entries of one calendar of a file."""

    method: str = ""
    zone: str = ""
    zones: dict[str, str] = field(default_factory=dict)


def opened(source: BinaryIO) -> BinaryIO:
    """``source`` as UTF-8, without its mark. No calendar: NoCalendarError."""
    start = source.read(BEGINNING)
    source.seek(0)
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(mark):
            source = io.BytesIO(source.read(LARGEST_FILE).decode(encoding, "replace").encode())
            start = source.read(BEGINNING)
            source.seek(0)
    if not start.strip(b"\0 \t\r\n"):
        raise NoCalendarError("empty")
    if b"BEGIN:V" not in start.upper().replace(b" ", b""):
        raise NoCalendarError("not a calendar")
    if start.startswith(codecs.BOM_UTF8):
        source.read(len(codecs.BOM_UTF8))
    return source


def frames(source: BinaryIO) -> list[Frame]:
    """What the file says of each of its calendars as a whole; zones may stand behind the entries that name them."""
    found: list[Frame] = [Frame()]
    zone: list[str] | None = None
    for text in lines(source, keep=None):
        mark = text.upper()
        if mark == "BEGIN:VCALENDAR":
            found.append(Frame())
        elif mark == "BEGIN:VTIMEZONE":
            zone = [text]
        elif zone is not None:
            zone.append(text[:LONGEST_LINE])
            if mark == "END:VTIMEZONE":
                keep_zone(found[-1], zone)
                zone = None
            elif sum(map(len, zone)) > BEGINNING:
                zone = None
        elif (name := name_of(text)) in ABOUT_ALL:
            value = text.partition(":")[2].strip()[:100]
            if name == "METHOD":
                found[-1].method = value.upper()
            else:
                found[-1].zone = value
    return found


def keep_zone(frame: Frame, zone: list[str]) -> None:
    named = next((line.partition(":")[2].strip() for line in zone if name_of(line) == "TZID"), "")
    if named and len(frame.zones) < MOST_ZONES:
        frame.zones[named] = "\r\n".join([*zone, ""])


def entries(source: BinaryIO) -> Iterator[Block]:
    """Every entry of every calendar of the file, in its order; zones aside."""
    calendar, number, depth = 0, 0, 0
    block: Block | None = None
    for text in lines(source, keep=WANTED):
        mark = text.upper()
        if mark.startswith("BEGIN:"):
            name = mark[6:].strip()
            if block is None and name in WITHIN:
                calendar += 1
            elif block is None:
                number += name != "VTIMEZONE"
                block, depth = Block(number, calendar, name[:60]), 1
            else:
                depth += 1
                block.hindrance = block.hindrance or (Hindrance.NESTED if depth > DEEPEST else None)
        elif mark.startswith("END:"):
            depth -= block is not None
            # The end of the calendar ends whatever was left open in it.
            left_open = mark[4:].strip() in WITHIN
            if block and (depth <= 0 or left_open):
                if left_open and depth >= 0 and block.name not in WITHIN:
                    block.hindrance = Hindrance.NO_END
                yield from told(block)
                block, depth = None, 0
        elif block and depth == 1:
            add(block, text)
    if block:
        block.hindrance = Hindrance.NO_END
        yield from told(block)


def told(block: Block) -> Iterator[Block]:
    if block.name != "VTIMEZONE":
        yield block


def add(block: Block, text: str) -> None:
    block.size += len(text)
    if block.size > LARGEST_ENTRY:
        block.hindrance = block.hindrance or Hindrance.LARGE
    else:
        block.lines.append(text)


def lines(source: BinaryIO, *, keep: frozenset[str] | None) -> Iterator[str]:
    """Logical lines: folded ones put together before they are decoded, since a fold may cut a letter in two."""
    pending, skipping = b"", False
    while raw := source.readline(LONGEST_LINE):
        # What is left of an overlong line belongs to it.
        whole = raw.endswith(b"\n") or len(raw) < LONGEST_LINE
        line = raw.replace(b"\0", b"").rstrip(b"\r\n")
        if line[:1] in {b" ", b"\t"} and (pending or skipping):
            if not skipping and len(pending) < LONGEST_VALUE:
                pending += line[1:]
        else:
            if pending:
                yield decoded(pending)
            name = name_of(line[:200].decode("ascii", "replace"))
            skipping = keep is not None and name not in keep and name not in {"BEGIN", "END"}
            pending = b"" if skipping else line
        while not whole:
            rest = source.readline(LONGEST_LINE)
            whole = not rest or rest.endswith(b"\n")
            if not skipping and len(pending) < LONGEST_VALUE:
                pending += rest.replace(b"\0", b"").rstrip(b"\r\n")
    if pending:
        yield decoded(pending)


def name_of(text: str) -> str:
    return text.partition(":")[0].partition(";")[0].strip().upper()


def decoded(line: bytes) -> str:
    try:
        return line.decode().strip()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").strip()
