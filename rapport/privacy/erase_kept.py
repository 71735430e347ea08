"""What is kept sealed or signed, so that no search in the database finds it: drafts, sessions, files of records."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session

from rapport.drafts.models import Draft
from rapport.imports.models import ImportRun
from rapport.imports.models import State as ImportState
from rapport.lib.sealed import SealError, unseal
from rapport.mail.models import MailFile
from rapport.mail.models import State as MailState
from rapport.privacy.erase_files import Pattern, look_into, look_into_logs
from rapport.privacy.erase_person import Person
from rapport.privacy.pack import Pack

BUSY = (ImportState.RUNNING, ImportState.REHEARSING, ImportState.WEIGHING, ImportState.REVERTING)


def drop_drafts(person: Person, pattern: Pattern | None) -> int:
    """Drafts written on their pages, and those that name them."""
    pages = [f"/customers/{pk}/" for pk in person.of("customers")]
    gone = []
    for draft in Draft.objects.all().iterator(chunk_size=200):
        try:
            text = unseal(bytes(draft.sealed), key=settings.SECRET_KEY)
        except SealError:
            continue
        if any(page in draft.key for page in pages) or (pattern and pattern.search(f"{draft.key} {text}")):
            gone.append(draft.pk)
    Draft.objects.filter(pk__in=gone).delete()
    return len(gone)


def drop_sessions(pattern: Pattern | None) -> int:
    """Sessions that name them; whoever has one signs in again."""
    gone = [
        one.pk
        for one in Session.objects.all().iterator(chunk_size=200)
        if pattern and pattern.search(repr(one.get_decoded()))
    ]
    Session.objects.filter(pk__in=gone).delete()
    return len(gone)


def drop_packs(person: Person) -> int:
    """Packs that were made of them."""
    packs = list(Pack.objects.filter(request__customer__in=person.of("customers")).exclude(place=""))
    for one in packs:
        one.path.unlink(missing_ok=True)
    Pack.objects.filter(pk__in=[one.pk for one in packs]).update(state=Pack.State.GONE, place="", digest="")
    return len(packs)


def drop_brought(pattern: Pattern | None) -> tuple[int, list[str]]:
    """Uploads that name them; how many went, and what stays: still being read, or nobody can look into it."""
    if pattern is None:
        return 0, []
    gone, looked = 0, look_into(pattern)
    left = [f"{path.name}: could not be looked into" for path in looked.closed]
    busy = busy_files()
    for path in looked.holding:
        if str(path) in busy:
            left.append(f"{path.name}: {busy[str(path)]}")
            continue
        path.unlink(missing_ok=True)
        gone += 1
    return gone, left


def empty_logs(pattern: Pattern | None) -> int:
    """Logs of the database that name them are emptied, not taken away: the server goes on writing into them."""
    held = look_into_logs(pattern).holding if pattern else ()
    for path in held:
        os.truncate(path, 0)
    return len(held)


def busy_files() -> dict[str, str]:
    runs: Iterable[tuple[str, str]] = ImportRun.objects.filter(state__in=BUSY).values_list("path", "file_name")
    mails: Iterable[tuple[str, str]] = MailFile.objects.filter(state=MailState.RUNNING).values_list("path", "file_name")
    return {str(Path(path)): name for path, name in (*runs, *mails)}
