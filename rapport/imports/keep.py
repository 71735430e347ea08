"""Keep an uploaded file where only Rapport reads it, as the draft of an import."""

import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from rapport.imports.models import ImportRun
from rapport.imports.propose import Wishes, kind_of, propose
from rapport.imports.start import digest_of
from rapport.people.models import User


class Upload(Protocol):
    """A file as a browser sends it."""

    name: str | None

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


def kept(upload: Upload) -> Path:
    folder = settings.HOME / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path: Path = folder / secrets.token_hex(16)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    return path
