"""Files below the data folder that hold a person's words: found by looking into them, opened where they are packed."""

import email
import email.policy
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from rapport.lib.postgres import noted
from rapport.privacy.erase_person import Person

# Folders of what people brought and took: uploads of imports, mail and calendars, tables handed out, packs.
BROUGHT = ("imports", "mail", "calendars", "exports", "packs", "migration", "migrations")
PIECE, OVERLAP, LARGEST = 4 << 20, 400, 200 << 20
Pattern = re.Pattern[str]


def pattern_of(person: Person) -> Pattern | None:
    return re.compile("|".join(f"(?:{one})" for one in person.patterns), re.IGNORECASE) if person.patterns else None


@dataclass(frozen=True)
class Looked:
    """Files in which something stands, and those that could not be looked into: damaged, locked, too large inside."""

    holding: tuple[Path, ...]
    closed: tuple[Path, ...]


def look_into(pattern: Pattern) -> Looked:
    """Every file below the folders of what people brought."""
    home: Path = settings.HOME
    folders = [home / folder for folder in BROUGHT if (home / folder).is_dir()]
    return looked([path for folder in folders for path in sorted(folder.rglob("*"))], pattern)


def look_into_logs(pattern: Pattern) -> Looked:
    """The logs of the database that runs here; they hold a week."""
    cluster = noted(settings.HOME)
    return looked(sorted((cluster.data / "log").glob("*.log")) if cluster else [], pattern)


def looked(paths: Iterable[Path], pattern: Pattern) -> Looked:
    found: dict[bool | None, list[Path]] = {True: [], False: [], None: []}
    for path in paths:
        if path.is_file() and not path.is_symlink():
            found[holds(path, pattern)].append(path)
    return Looked(tuple(found[True]), tuple(found[None]))


def holds(path: Path, pattern: Pattern) -> bool | None:
    """Whether ``pattern`` stands in a file, also inside archives, workbooks and encoded parts of mail; None: nobody knows."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                inside = packed.infolist()
                if any(says(packed.read(one), pattern) for one in inside if one.file_size < LARGEST):
                    return True
                return None if any(one.file_size >= LARGEST for one in inside) else False
        with path.open("rb") as stream:
            if stream.read(2) == b"\x1f\x8b":
                with gzip.open(path) as packed_stream:
                    return says(packed_stream.read(LARGEST), pattern) or (None if packed_stream.read(1) else False)
            stream.seek(0)
            rest = b""
            while piece := stream.read(PIECE):
                if says(rest + piece, pattern):
                    return True
                rest = piece[-OVERLAP:]
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        # A password is asked for, say. It is left as it is, and told.
        return None
    return False


def says(data: bytes, pattern: Pattern) -> bool:
    """In whichever of the usual encodings, and in encoded parts of mail."""
    # A piece of a file may begin or end in the middle of a letter: what can't be read hides nothing around it.
    if any(pattern.search(data.decode(encoding, errors="replace")) for encoding in ("utf-8", "latin-1", "utf-16")):
        return True
    return b"Content-Transfer-Encoding: " in data and any(pattern.search(one) for one in parts(data))


def parts(data: bytes) -> Iterator[str]:
    """The words of the mails in ``data``."""
    for raw in re.split(rb"(?m)^From [^\n]+\n", data):
        for part in email.message_from_bytes(raw, policy=email.policy.compat32).walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body.decode(part.get_content_charset() or "utf-8", errors="replace")
