"""Start an import, or go on with one of the same file that was cut short."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Plan, written
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User

HELD_UP = (State.RUNNING, State.STOPPED, State.BROKEN)


def start(draft: ImportRun, *, by: User | None, at: datetime, defer: bool) -> ImportRun:
    """Set an import going. Deferred, the queue runs it; otherwise the caller does."""
    with transaction.atomic():
        draft.state, draft.by, draft.moved_at, draft.trouble, draft.ended_at = State.RUNNING, by, at, "", None
        draft.save()
        if defer:
            record(Fact.IMPORT_STARTED, [draft.pk], by=by, at=at)
    return draft


def rehearse_later(draft: ImportRun, *, by: User, at: datetime, defer: bool) -> None:
    """Let a draft be rehearsed: by the queue when deferred, else by the caller."""
    with transaction.atomic():
        draft.state, draft.by, draft.moved_at, draft.rehearsal, draft.trouble = State.REHEARSING, by, at, {}, ""
        draft.save()
        if defer:
            record(Fact.IMPORT_STARTED, [draft.pk], by=by, at=at, rehearsal="yes")


def drafted(path: Path, name: str, plan: Plan, *, by: User | None, at: datetime) -> ImportRun:
    """The import of this file by this plan: one that was cut short, or a new one."""
    digest = digest_of(path)
    held_up = ImportRun.objects.filter(digest=digest, state__in=HELD_UP, source=plan.source).newest_first()
    for earlier in held_up:
        if earlier.plan == written(plan):
            earlier.path = str(path)
            return earlier
    size = path.stat().st_size
    draft = ImportRun(file_name=name[:400], path=str(path), size=size, digest=digest, by=by, created_at=at, moved_at=at)
    draft.follow(plan)
    return draft


def digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
