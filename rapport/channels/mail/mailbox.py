"""Read a mail file message by message in flat memory: one message, an mbox, or a zip or folder of them."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO

from rapport.channels.mail.message import Hindrance
from rapport.channels.mail.parse import HEADER, LARGEST

# The line that sets messages apart in an mbox: "From ann@x.example Thu Jan  1 00:00:00 2026".
SEPARATOR = re.compile(rb"From \S.{0,200}\d\d:\d\d.{0,40}\d{4}|From - ")
QUOTED = re.compile(rb">+From ")
PIECE = 1 << 20
MOST_ENTRIES, MOST_UNPACKED = 200_000, 100 * 1024**3
INNER = 32  # bits for the messages of an entry that is not done


class Kind(StrEnum):
    MESSAGE = "eml"
    MBOX = "mbox"
    ZIP = "zip"
    FOLDER = "folder"


class NoMailError(Exception):
    """The file holds no mail that can be read; the text is a word for why."""


@dataclass(frozen=True)
class Found:
    """One message of a file: its number from 1, where the next one begins, how much of the file that is."""

    number: int
    place: int
    share: float
    content: bytes
    hindrance: Hindrance | None = None


def kind_of(path: Path) -> Kind:
    """What sort of mail file this is, by its beginning."""
    if path.is_dir():
        return Kind.FOLDER
    with path.open("rb") as file:
        start = file.read(4_096)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if start.startswith((b"\xd0\xcf\x11\xe0", b"!BDN")):
        raise NoMailError("outlook")
    start = start.lstrip(b"\xef\xbb\xbf\r\n \t")
    if not start:
        raise NoMailError("empty")
    if SEPARATOR.match(start):
        return Kind.MBOX
    if HEADER.match(start):
        return Kind.MESSAGE
    raise NoMailError("not mail")


def messages(path: Path, *, number: int = 0, place: int = 0) -> Iterator[Found]:
    """The messages behind the one with ``number``, whose end was at ``place``."""
    kind = kind_of(path)
    if kind is Kind.MBOX:
        size = path.stat().st_size or 1
        with path.open("rb") as file:
            file.seek(place)
            for count, (content, end) in enumerate(split(file), number + 1):
                yield found(count, place + end, (place + end) / size, content)
    elif kind is Kind.MESSAGE:
        if number == 0:
            with path.open("rb") as file:
                yield found(1, 1, 1.0, file.read(LARGEST + 1))
    else:
        yield from of_many(path, kind, number, place)


def split(file: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each message of an mbox with the place behind it; of one that is too large only the beginning."""
    lines: list[bytes] = []
    size = place = 0
    begun, blank = False, True
    while line := file.readline(PIECE):
        if blank and SEPARATOR.match(line):
            if begun:
                yield b"".join(lines), place
            lines, size, begun = [], 0, True
        elif begun and size <= LARGEST:
            lines.append(line[1:] if QUOTED.match(line) else line)
            size += len(line)
        blank = not line.strip()
        place += len(line)
    if begun:
        yield b"".join(lines), place


def of_many(path: Path, kind: Kind, number: int, place: int) -> Iterator[Found]:
    """Entry by entry. A place is how many entries are done, and how many messages of the one that is not."""
    done, inner = place >> INNER, place & ((1 << INNER) - 1)
    with opened(path, kind) as box:
        for position in range(done, len(box.names)):
            share = (position + 1) / len(box.names)
            skip, inner = inner, 0
            try:
                for count, (content, last) in enumerate(of_entry(box, position), 1):
                    if count > skip:
                        number += 1
                        next_place = (position + 1) << INNER if last else position << INNER | count
                        yield found(number, next_place, share, content)
            except RuntimeError:  # What zipfile says of an entry behind a password.
                number += 1
                yield Found(number, (position + 1) << INNER, share, b"", Hindrance.LOCKED)
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
                number += 1
                yield Found(number, (position + 1) << INNER, share, b"", Hindrance.DAMAGED)


@dataclass(frozen=True)
class Box:
    """Several mail files in one: the names of what is inside, in order."""

    path: Path
    names: Sequence[str]
    archive: zipfile.ZipFile | None

    def entry(self, position: int) -> IO[bytes]:
        name = self.names[position]
        return self.archive.open(name) if self.archive else (self.path / name).open("rb")


@contextmanager
def opened(path: Path, kind: Kind) -> Iterator[Box]:
    if kind is Kind.FOLDER:
        inside = (one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
        yield Box(path, counted(sorted(str(one.relative_to(path)) for one in inside)), None)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_UNPACKED:
                raise NoMailError("unpacked")
            names = {one.filename for one in archive.infolist() if not one.is_dir()}
            yield Box(path, counted(sorted(names)), archive)
    except zipfile.BadZipFile as error:
        raise NoMailError("zip") from error


def counted(names: list[str]) -> list[str]:
    """The entries that may be mail: not what systems leave beside it."""
    mail = [name for name in names if not name.startswith("__MACOSX/") and not PurePath(name).name.startswith(".")]
    if len(mail) > MOST_ENTRIES:
        raise NoMailError("entries")
    return mail


def of_entry(box: Box, position: int) -> Iterator[tuple[bytes, bool]]:
    """The messages of one entry; and whether one is all that is in it."""
    with box.entry(position) as file:
        is_mbox = SEPARATOR.match(file.readline(PIECE)) is not None
    with box.entry(position) as file:
        if is_mbox:
            yield from ((content, False) for content, _end in split(file))
        else:
            yield file.read(LARGEST + 1), True


def found(number: int, place: int, share: float, content: bytes) -> Found:
    too_large = Hindrance.LARGE if len(content) > LARGEST else None
    return Found(number, place, min(share, 1.0), b"" if too_large else content, too_large)
