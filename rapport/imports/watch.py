"""Watch folders for files to import: each complete file once, put away with its report."""

from datetime import datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.agenda.add_task import add_task
from rapport.imports.keep import Copy, keep
from rapport.imports.models import ImportRun, ImportWatch, State, WatchedFile
from rapport.imports.plan import read
from rapport.imports.propose import ImportRefusedError, as_wishes
from rapport.imports.put_away import put_away
from rapport.imports.start import digest_of, start
from rapport.imports.unreadable import in_words
from rapport.lib.layouts import UnreadableError

# What programs call a file that they have not finished writing.
UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
AGAIN = timedelta(minutes=1)
SETTLED = (State.DONE, State.BROKEN, State.STOPPED, State.REVERTED)


class WatchError(Exception):
    """The folder can't be watched; the text says why."""


def folder_of(folder: str) -> Path:
    """The folder of that name below the drop folder. Raises WatchError."""
    root: Path | None = settings.DROP
    if root is None:
        raise WatchError(_("No drop folder is set: start Rapport with RAPPORT_DROP."))
    path = (root / folder).resolve()
    if path != root and root not in path.parents:
        raise WatchError(_("The folder must lie below the drop folder."))
    if not path.is_dir():
        raise WatchError(_("There is no folder “%(folder)s” in the drop folder.") % {"folder": folder})
    return path


def look_at_due(*, at: datetime) -> int:
    """Look into each folder whose time has come; how many files were taken."""
    return sum(look(pk, at=at) for pk in ImportWatch.objects.due(at).values_list("pk", flat=True))


def look(watch_id: int, *, at: datetime) -> int:
    """Take the complete files of one folder; what is new or still growing is looked at again soon."""
    with transaction.atomic():
        watch = ImportWatch.objects.select_for_update(of=("self",)).select_related("by").get(pk=watch_id)
        with override(watch.by.language or "en"):
            return looked(watch, at=at)


def looked(watch: ImportWatch, *, at: datetime) -> int:
    before, taken, waiting, trouble = watch.trouble, 0, False, ""
    try:
        folder = folder_of(watch.folder)
        tidy(watch, folder, at=at)
        for path in sorted(path for path in folder.iterdir() if fits(path, watch.pattern)):
            seen = noticed(watch, path, at=at)
            if seen is None:
                waiting = True
            elif not seen.run_id and not seen.trouble:
                taken += take(watch, seen, path, at=at)
        trouble = trouble or standing_trouble(watch)
    except (WatchError, OSError) as problem:
        trouble = str(problem)
    watch.trouble, watch.looked_at = trouble[:400], at
    watch.next_at = at + (AGAIN if waiting else timedelta(minutes=watch.minutes))
    watch.save(update_fields=["trouble", "looked_at", "next_at"])
    if watch.trouble and watch.trouble != before:
        alert(watch, at=at)
    return taken


def fits(path: Path, pattern: str) -> bool:
    name = path.name
    unfinished = name.startswith((".", "~")) or name.lower().endswith(UNFINISHED)
    return not unfinished and fnmatch(name.lower(), pattern.lower()) and path.is_file() and not path.is_symlink()


def noticed(watch: ImportWatch, path: Path, *, at: datetime) -> WatchedFile | None:
    """The file as it was noticed before; None while it is new or has changed since."""
    now = path.stat()
    seen = watch.files.filter(name=path.name[:400], settled_at=None).first()
    if seen is None:
        seen = WatchedFile(watch=watch, name=path.name[:400])
    elif ((seen.size, seen.changed_ns) == (now.st_size, now.st_mtime_ns) and now.st_size) or seen.run_id:
        return seen
    seen.size, seen.changed_ns, seen.seen_at, seen.digest, seen.trouble = now.st_size, now.st_mtime_ns, at, "", ""
    seen.save()
    return None


def take(watch: ImportWatch, seen: WatchedFile, path: Path, *, at: datetime) -> int:
    seen.digest = digest_of(path)
    earlier = watch.files.filter(digest=seen.digest).exclude(run=None).first()
    if earlier:
        put_away(path, None, _("The very same file was taken before, as %(name)s.") % {"name": earlier.name}, at=at)
        seen.settled_at = at
        seen.save()
        return 0
    try:
        draft = keep(Copy(path.name, path), as_wishes(read(watch.plan)), by=watch.by, at=at)
    except (UnreadableError, ImportRefusedError, FileNotFoundError) as problem:
        seen.trouble = in_words(problem)[:400]
        seen.save()
        return 0
    seen.run = start(draft, by=watch.by, at=at, defer=True)
    seen.save()
    return 1


def standing_trouble(watch: ImportWatch) -> str:
    """A file that could not be read and still lies there as it was."""
    held = watch.files.filter(settled_at=None).exclude(trouble="").order_by("name").first()
    return f"{held.name}: {held.trouble}" if held else ""


def tidy(watch: ImportWatch, folder: Path, *, at: datetime) -> None:
    """Forget files that were taken away, and put away those whose import has ended."""
    for seen in watch.files.filter(settled_at=None).select_related("run"):
        there = (folder / seen.name).is_file()
        if seen.run is None and not there:
            seen.delete()
        elif seen.run and seen.run.state in SETTLED:
            settle(seen, folder / seen.name, at=at)


def settle_ended(run_ids: list[int], *, at: datetime) -> None:
    """Put the files of imports that have just ended away."""
    for seen in WatchedFile.objects.filter(run__in=run_ids, settled_at=None).select_related("run", "watch"):
        try:
            settle(seen, folder_of(seen.watch.folder) / seen.name, at=at)
        except (WatchError, OSError):
            # The next look tries again, and tells.
            continue


def settle(seen: WatchedFile, path: Path, *, at: datetime) -> None:
    run: ImportRun | None = seen.run
    if path.is_file() and not path.is_symlink():
        put_away(path, run, "", at=at)
    seen.settled_at = at
    seen.save(update_fields=["settled_at"])


def alert(watch: ImportWatch, *, at: datetime) -> None:
    """Whoever set the watch up gets something to do about it, once for each trouble."""
    title = _("Imports from %(folder)s: %(trouble)s") % {"folder": watch, "trouble": watch.trouble}
    add_task(title[:200], assignee=watch.by, by=watch.by, at=at)
