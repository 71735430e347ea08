"""Keep an uploaded file where only Rapport reads it, as the draft of an import."""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from rapport.imports.models import ImportRun
from rapport.imports.plan import read
from rapport.imports.propose import Wishes, as_wishes, kind_of, propose
from rapport.imports.start import digest_of
from rapport.people.models import User

PIECE = 1 << 20


class Upload(Protocol):
    """A file as a browser sends it."""

    @property
    def name(self) -> str | None: ...

    def chunks(self) -> Iterable[bytes]: ...


def keep(upload: Upload, wishes: Wishes | None, *, by: User, at: datetime) -> ImportRun:
    """The draft of an import of ``upload``; without wishes the kind is found out. No table: UnreadableError."""
    name = Path(upload.name or "file").name
    path = kept(upload)
    try:
        proposal = propose(path, name, wishes or Wishes(kind_of(path, name), zone=settings.TIME_ZONE))
        draft = ImportRun(
            file_name=name[:400],
            path=str(path),
            size=path.stat().st_size,
            digest=digest_of(path),
            by=by,
            created_at=at,
            moved_at=at,
        )
        draft.follow(proposal.plan)
        draft.save()
    except BaseException:
        path.unlink()
        raise
    return draft


@dataclass(frozen=True)
class Copy:
    """A file that was uploaded once, as if it came again."""

    name: str
    path: Path

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            while chunk := stream.read(PIECE):
                yield chunk


def keep_again(run: ImportRun, *, by: User, at: datetime) -> ImportRun:
    """The draft of another import of the same file by the same plan."""
    return keep(Copy(run.file_name, Path(run.path)), as_wishes(read(run.plan)), by=by, at=at)


def kept(upload: Upload) -> Path:
    folder = settings.HOME / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path: Path = folder / secrets.token_hex(16)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
