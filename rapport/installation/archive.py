"""A backup file: what it holds, and how it is written and read."""

import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from rapport.installation.figures import Figure
from rapport.lib import installed

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
# In the data folder, but made anew wherever Rapport runs.
OWN = {"database", "database.json", "database.lock", "database.door", "static", "static.stamp"}
# Never in a backup and never brought back: whoever was erased since stays known, and is erased again.
APART = {"erasures.jsonl", "erase-again.jsonl"}


class ArchiveError(Exception):
    """A file that is no backup, or none that can be used; the text says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    made_at: str
    tools: int
    migrations: list[str]
    figures: list[Figure]


def write(target: Path, manifest: Manifest, dump: Path, home: Path) -> None:
    """The whole archive or nothing: it gets its name when it is complete."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as archive:
                text = json.dumps(asdict(manifest), indent=1).encode()
                member = tarfile.TarInfo(MANIFEST)
                member.size, member.mtime, member.mode = len(text), int(time.time()), 0o600
                archive.addfile(member, io.BytesIO(text))
                archive.add(dump, DUMP)
                for file in own_files(home):
                    # Drafts and uploads come and go; what the database speaks of stays.
                    with suppress(FileNotFoundError):
                        archive.add(file, f"{FILES}/{file.relative_to(home).as_posix()}")
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def own_files(home: Path) -> Iterator[Path]:
    """The files of the data folder that cannot be made again: the secret key, files that people brought."""
    for file in sorted(home.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.relative_to(home).parts[0] not in OWN | APART:
            yield file


@contextmanager
def reading(source: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    try:
        with tarfile.open(source) as archive:
            inside = archive.extractfile(MANIFEST)
            if inside is None:
                message = f"{source} is no backup of Rapport"
                raise ArchiveError(message)
            yield manifest_of(json.load(inside), source), archive
    except (tarfile.TarError, KeyError, json.JSONDecodeError) as error:
        message = f"{source} is no backup of Rapport, or is damaged: {error}"
        raise ArchiveError(message) from error


def manifest_of(told: dict[str, object], source: Path) -> Manifest:
    if told.get("format") != FORMAT:
        message = f"{source} was made by another version of Rapport (format {told.get('format')}, not {FORMAT})"
        raise ArchiveError(message)
    figures = told.pop("figures")
    return Manifest(figures=[Figure(**figure) for figure in figures], **told)  # type: ignore[attr-defined,arg-type]


def bring_back(archive: tarfile.TarFile, home: Path) -> int:
    """Write the files back into the data folder; how many there were."""
    count = 0
    for member in archive:
        path = PurePosixPath(member.name)
        if path.parts[0] != FILES or not member.isfile():
            continue
        if ".." in path.parts or path.is_absolute():
            message = f"{member.name} would be written outside the data folder"
            raise ArchiveError(message)
        if path.parts[1] in APART:
            continue
        content = archive.extractfile(member)
        target = home.joinpath(*path.parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        installed.private(target, content.read() if content else b"")
        count += 1
    return count
