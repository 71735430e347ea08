"""Take dropped files apart: an archive is the files inside it, read with care; what can't be read says why."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from rapport.imports.keep import PIECE, Copy, Upload, kept

MOST_FILES = 500
MOST_BYTES = 16 * 1024**3
# What really is a table packs to a twentieth or so; below this size it may be anything.
RATIO, HARMLESS = 200, 64 * 1024**2


class ArchiveError(Exception):
    """A file in an archive is not unpacked; the text says why."""


@dataclass(frozen=True)
class Unpacked:
    """One file, kept; or the reason why it is not."""

    name: str
    path: Path | None
    trouble: str = ""


@dataclass
class Budget:
    """What all archives of one migration may unpack to."""

    files: int = MOST_FILES
    bytes: int = MOST_BYTES


def unpack(uploads: Iterable[Upload]) -> Iterator[Unpacked]:
    """Every file of ``uploads``, those inside archives one by one."""
    budget = Budget()
    for upload in uploads:
        path = kept(upload)
        name = Path(upload.name or "file").name[:400]
        if not is_archive(path):
            yield Unpacked(name, path)
            continue
        try:
            yield from inside(path, name, budget)
        finally:
            path.unlink()


def is_archive(path: Path) -> bool:
    """A .zip that is no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return False


def inside(path: Path, name: str, budget: Budget) -> Iterator[Unpacked]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            # Only the last part of a name is shown and none of it is used: a path leads nowhere.
            plain = PurePosixPath(info.filename.replace("\\", "/")).name[:400]
            if info.is_dir() or "__MACOSX" in info.filename or plain.startswith(".") or not plain:
                continue
            budget.files -= 1
            if budget.files < 0:
                yield Unpacked(name, None, _("The archive holds more than %(most)s files.") % {"most": MOST_FILES})
                return
            yield member(archive, info, plain, budget)


def member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget) -> Unpacked:
    if info.flag_bits & 0x1:
        return Unpacked(name, None, _("It is encrypted."))
    if Path(name).suffix.lower() == ".zip":
        return Unpacked(name, None, _("An archive inside an archive is not opened."))
    try:
        with archive.open(info) as packed:
            return Unpacked(name, kept(Member(name, packed, info.compress_size, budget)))
    except ArchiveError as problem:
        return Unpacked(name, None, str(problem))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        return Unpacked(name, None, _("It is damaged or packed in a way that is not known."))


@dataclass(frozen=True)
class Member:
    """A file in an archive, read only as far as it is believable: what headers say is not believed."""

    name: str
    packed: IO[bytes]
    size: int
    budget: Budget

    def chunks(self) -> Iterator[bytes]:
        read = 0
        while piece := self.packed.read(PIECE):
            read += len(piece)
            self.budget.bytes -= len(piece)
            if self.budget.bytes < 0 or (read > HARMLESS and read > RATIO * max(self.size, 1)):
                raise ArchiveError(_("It unpacks to far more than a table would."))
            yield piece


def files_below(folder: Path) -> list[Copy]:
    """The files in a folder of this machine, as if they were dropped."""
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return [Copy(path.name, path) for path in found]
