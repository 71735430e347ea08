"""Keep contents: on disk by their hash, readable only to Rapport, each once."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.conf import settings

from rapport.files.models import File, place_of
from rapport.lib import installed


@dataclass(frozen=True)
class Content:
    """What shall be kept, and what its sender calls it."""

    name: str
    media_type: str
    data: bytes


class Upload(Protocol):
    """A file as a browser sends it."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


def keep(contents: Sequence[Content], *, at: datetime) -> list[File]:
    """The files of ``contents``, in their order; what is known already is not written again."""
    hashes = [hashlib.sha256(one.data).hexdigest() for one in contents]
    by_hash = dict(zip(hashes, contents, strict=True))
    for sha256, one in by_hash.items():
        write(place_of(sha256), one.data)
    # In order of hashes: two that keep the same at once wait instead of locking up.
    rows = [
        File(sha256=sha256, size=len(one.data), media_type=one.media_type[:100], name=one.name[:200], kept_at=at)
        for sha256, one in sorted(by_hash.items())
    ]
    File.objects.bulk_create(rows, ignore_conflicts=True)
    known = {file.sha256: file for file in File.objects.filter(sha256__in=by_hash)}
    return [known[sha256] for sha256 in hashes]


def write(place: Path, data: bytes) -> None:
    """All of it or nothing; never executable."""
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    installed.private(place, data)


def set_aside(upload: Upload, folder: str) -> Path:
    """An upload in a folder of the data folder under a name that nobody chose, piece by piece."""
    home: Path = settings.HOME
    place = home / folder
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / secrets.token_hex(16)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    return path
