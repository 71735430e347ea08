"""Files below the data folder that hold a person's words: found by looking into them, opened where they are packed."""

import email
import email.policy
import gzip
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from rapport.privacy.erase_person import Person

# Folders of what people brought and took: uploads of imports, mail and calendars, tables handed out, packs.
BROUGHT = ("imports", "mail", "calendars", "exports", "packs", "migration", "migrations")
PIECE, OVERLAP, LARGEST = 4 << 20, 400, 200 << 20
Pattern = re.Pattern[str]


def pattern_of(person: Person) -> Pattern | None:
    return re.compile("|".join(f"(?:{one})" for one in person.patterns), re.IGNORECASE) if person.patterns else None


def holding(pattern: Pattern) -> Iterator[Path]:
    """The files below the folders of what people brought in which ``pattern`` stands."""
    home: Path = settings.HOME
    for folder in BROUGHT:
        for path in sorted((home / folder).rglob("*")) if (home / folder).is_dir() else ():
            if path.is_file() and not path.is_symlink() and holds(path, pattern):
                yield path


def holds(path: Path, pattern: Pattern) -> bool:
    """Whether ``pattern`` stands in a file, also inside archives, workbooks and encoded parts of mail."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                return any(says(packed.read(one), pattern) for one in packed.infolist() if one.file_size < LARGEST)
        with path.open("rb") as stream:
            if stream.read(2) == b"\x1f\x8b":
                with gzip.open(path) as packed_stream:
                    return says(packed_stream.read(LARGEST), pattern)
            stream.seek(0)
            rest = b""
            while piece := stream.read(PIECE):
                if says(rest + piece, pattern):
                    return True
                rest = piece[-OVERLAP:]
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        # What can't be opened can't be read by anybody else either; it is left as it is.
        return False
    return False


def says(data: bytes, pattern: Pattern) -> bool:
    """In whichever of the usual encodings, and in encoded parts of mail."""
    for encoding in ("utf-8", "latin-1", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if pattern.search(text):
            return True
    return b"Content-Transfer-Encoding: " in data and any(pattern.search(one) for one in parts(data))


def parts(data: bytes) -> Iterator[str]:
    """The words of the mails in ``data``."""
    for raw in re.split(rb"(?m)^From [^\n]+\n", data):
        for part in email.message_from_bytes(raw, policy=email.policy.compat32).walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body.decode(part.get_content_charset() or "utf-8", errors="replace")
