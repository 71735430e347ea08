"""Put dropped files on the table: what each is, how it is read, how they are linked, and who owns what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.imports.keep import Upload
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Plan
from rapport.imports.propose import ImportRefusedError, Look, look_at, refusal
from rapport.imports.start import digest_of
from rapport.imports.unreadable import in_words
from rapport.lib.layouts import UnreadableError
from rapport.lib.tables import Reading
from rapport.migration.connect import Sheet, connect
from rapport.migration.mapping import proposed
from rapport.migration.models import Migration, MigrationFile, MigrationStep, What
from rapport.migration.owners import met_owners, owners_in
from rapport.migration.recognise import KINDS, recognise
from rapport.migration.shapes import PLAIN, shape_of
from rapport.migration.unpack import Unpacked, unpack
from rapport.people.models import User

LOOKED = 5_000
# Where the imports of each sort stand in the order; links follow what they link.
ORDER = {What.COMPANIES: 100_000, What.PEOPLE: 300_000, What.ACTIVITIES: 500_000, What.TICKETS: 500_000}


@dataclass
class Found:
    """A file as it was found; ``why_not`` says why nothing of it is taken."""

    name: str
    path: Path
    look: Look | None = None
    what: What = What.OTHER
    shape: str = PLAIN
    why_not: str = ""
    plan: Plan | None = None


def draft(uploads: Iterable[Upload], *, by: User | None, at: datetime, zone: str = "") -> Migration:
    """The migration of all these files, for somebody to look at. Raises ImportRefusedError when nothing can be taken."""
    unpacked = list(unpack(uploads))
    try:
        return drafted(unpacked, by=by, at=at, zone=zone or settings.TIME_ZONE)
    except BaseException:
        for one in unpacked:
            if one.path:
                one.path.unlink(missing_ok=True)
        raise


@transaction.atomic
def drafted(unpacked: Sequence[Unpacked], *, by: User | None, at: datetime, zone: str) -> Migration:
    found = [looked(one) for one in unpacked]
    if not any(one.what in KINDS for one in found):
        reasons = "; ".join(f"{one.name}: {one.why_not}" for one in found[:5])
        raise ImportRefusedError(_("None of the files can be taken in. %(reasons)s") % {"reasons": reasons})
    shapes = Counter(one.shape for one in found if one.what in KINDS)
    best = shapes.most_common(1)[0][0]
    system = "crm" if best == PLAIN else best
    migration = Migration.objects.create(source=system, by=by, created_at=at, moved_at=at)
    for one in found:
        planned(one, system, zone)
    links = connect(sheets_of(found), system)
    for place, one in enumerate(sorted(found, key=lambda one: (list(What).index(one.what), one.name))):
        written(migration, place, one, [link.written for link in links.get(str(one.path), [])])
    migration.owners = owners_in(migration)
    migration.save(update_fields=["owners"])
    met_owners(migration)
    return migration


def looked(one: Unpacked) -> Found:
    if one.path is None:
        return Found(one.name, Path(), why_not=one.trouble)
    try:
        look = look_at(one.path, header=None, count=LOOKED)
    except (UnreadableError, ImportRefusedError) as problem:
        return Found(one.name, one.path, why_not=in_words(problem))
    known = recognise(one.name, look)
    ids = [sample for column in look.columns if column.name.lower() == "id" for sample in column.samples]
    return Found(one.name, one.path, look, known.what, shape_of(look.layout.columns, ids), str(known.why_not))


def planned(one: Found, system: str, zone: str) -> None:
    """Say how the file is read; one that can't be is not taken."""
    if one.look is None or one.what not in KINDS:
        return
    if one.what == What.ASSOCIATIONS:
        one.plan = Plan(KINDS[one.what], f"{system} {one.what.value}", one.look.layout, (), zone=zone)
        return
    try:
        plan = proposed(one.path, one.name, one.look, one.what, one.shape, system, zone).plan
    except ImportRefusedError as problem:
        one.what, one.why_not = What.OTHER, str(problem)
        return
    if refusal(plan):
        one.what, one.why_not = What.OTHER, refusal(plan)
        return
    one.plan = plan


def sheets_of(found: Sequence[Found]) -> list[Sheet]:
    sheets = [Sheet(str(one.path), one.what, one.plan, one.path) for one in found if one.plan]
    for sheet in sheets:
        sheet.look()
    return sheets


def written(migration: Migration, place: int, one: Found, links: list[dict[str, object]]) -> MigrationFile:
    """Keep the file, and the draft of the import that it becomes."""
    missing = not one.path.name
    file = MigrationFile.objects.create(
        migration=migration,
        place=place,
        name=one.name,
        path="" if missing else str(one.path),
        digest="" if missing else digest_of(one.path),
        what=one.what,
        shape=one.shape,
        note=one.why_not[:400],
        rows=0 if one.plan or one.look is None else rows_of(one),
        links=links,
    )
    if one.plan and one.what != What.ASSOCIATIONS:
        add_step(file, one.plan, one.name, ORDER[one.what] + place)
    elif one.what == What.ASSOCIATIONS and not links:
        file.what, file.note = What.OTHER, _("It is not clear which of its columns link what.")
        file.rows = rows_of(one)
        file.save(update_fields=["what", "note", "rows"])
    return file


def rows_of(one: Found) -> int:
    if one.look is None:
        return 0
    try:
        return sum(1 for _row in Reading(one.path, one.look.layout))
    except UnreadableError:
        return 0


def add_step(file: MigrationFile, plan: Plan, name: str, place: int) -> MigrationStep:
    migration = file.migration
    run = ImportRun(
        file_name=name[:400],
        path=file.path,
        size=Path(file.path).stat().st_size,
        digest=file.digest,
        by=migration.by,
        created_at=migration.created_at,
        moved_at=migration.moved_at,
        part=True,
    )
    run.follow(plan)
    run.save()
    return MigrationStep.objects.create(migration=migration, file=file, run=run, place=place)


def discard(migration: Migration) -> bool:
    """Forget a draft and its files; False when it is no draft any more."""
    with transaction.atomic():
        mine = Migration.objects.select_for_update().get(pk=migration.pk)
        if mine.state != State.DRAFT:
            return False
        paths = list(mine.files.exclude(path="").values_list("path", flat=True))
        runs = list(mine.steps.values_list("run", flat=True))
        mine.delete()
        ImportRun.objects.filter(pk__in=runs).delete()
    for path in paths:
        Path(path).unlink(missing_ok=True)
    return True
