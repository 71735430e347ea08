"""One report of a migration: what became of every row of every file, and of every link."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from rapport.imports.fields import Kind
from rapport.imports.models import ImportRun
from rapport.migration.models import Migration, MigrationFile, What
from rapport.migration.owners import strangers

SHOWN = 100_000


def report_rows(migration: Migration) -> Iterator[list[str]]:
    """The report as a table; failed rows stand in it one by one."""
    yield [_("File"), _("What"), _("What became of it"), _("Rows"), _("Line"), _("Reason")]
    steps: dict[int, list[ImportRun]] = {}
    for step in migration.steps.select_related("run").order_by("place"):
        steps.setdefault(step.file_id, []).append(step.run)
    for file in migration.files.order_by("place"):
        for run in steps.get(file.pk, []):
            yield from of_run(run)
        yield from of_file(file, taken=file.pk in steps)
    for key, owner in strangers(migration):
        whom = owner["user"] or _("nobody here")
        yield [_("Owners"), key, _("is %(whom)s") % {"whom": whom}, "", "", f"{owner['name']} {owner['email']}".strip()]


def of_run(run: ImportRun) -> Iterator[list[str]]:
    what = str(run.get_kind_display())
    counts = {
        _("created") if run.kind != Kind.LINKS else _("linked anew"): run.created,
        _("updated"): run.updated,
        _("skipped, nothing new"): run.skipped,
        _("failed"): run.failed,
        _("left out by the condition"): run.passed_over,
        _("of nobody yet"): run.unassigned,
    }
    for became, number in counts.items():
        if number:
            yield [run.file_name, what, became, str(number), "", ""]
    if run.kind == Kind.LINKS:
        yield [run.file_name, what, _("links that stand"), str(run.linked), "", ""]
        yield [run.file_name, what, _("ids that lead nowhere"), str(run.adrift), "", ""]
    for failure in islice(run.failures.order_by("number").iterator(chunk_size=2_000), SHOWN):
        yield [run.file_name, what, _("failed"), "1", str(failure.line), failure.reason]


def of_file(file: MigrationFile, *, taken: bool) -> Iterator[list[str]]:
    what = str(file.get_what_display())
    if file.owned:
        for name, text in (("known", _("with an owner who is here")), ("unknown", _("with an owner who is not here"))):
            yield [file.name, what, text, str(file.owned.get(name, 0)), "", ""]
    if not taken and file.what != What.OWNERS:
        yield [file.name, what, _("not taken"), str(file.rows), "", file.note]


def summary(migration: Migration) -> list[dict[str, Any]]:
    """The sums file by file, for programs."""
    found: list[dict[str, Any]] = []
    names = ("rows", "created", "updated", "skipped", "failed", "passed_over", "unassigned", "linked", "adrift")
    for step in migration.steps.select_related("run", "file").order_by("place"):
        counts = {name: getattr(step.run, name) for name in names}
        found.append(
            {
                "file": step.run.file_name,
                "kind": step.run.kind,
                "state": step.run.state,
                "import": step.run_id,
                **counts,
            }
        )
    taken = set(migration.steps.values_list("file", flat=True))
    found.extend(
        {"file": file.name, "kind": file.what, "rows": file.rows, "note": file.note, **file.owned}
        for file in migration.files.exclude(pk__in=taken).order_by("place")
    )
    return found
