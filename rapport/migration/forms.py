"""What is dropped, and what somebody says about it on the one page of all files."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rapport.imports.forms import mapping_of
from rapport.imports.plan import Plan, read
from rapport.imports.propose import ImportRefusedError, as_wishes, look_at, propose, refusal
from rapport.imports.unreadable import in_words
from rapport.lib.layouts import UnreadableError
from rapport.migration.connect import Sheet, connect, read_link
from rapport.migration.draft import ORDER, add_step
from rapport.migration.mapping import proposed, source_of
from rapport.migration.models import Migration, MigrationFile, MigrationStep, What
from rapport.migration.recognise import KINDS, NO_DEALS, REASONS
from rapport.people.models import User


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one] or super().clean(None, initial)


class DropForm(forms.Form):
    exports = FilesField(label=_("Files"))

    @property
    def uploads(self) -> list[UploadedFile]:
        found: list[UploadedFile] = self.cleaned_data["exports"]
        return found


def follow(migration: Migration, said: QueryDict, *, zone: str) -> list[str]:
    """Make the draft what the page says; what could not be followed, in words."""
    troubles = []
    for file in migration.files.exclude(path="").order_by("place"):
        own = of_file(said, file)
        if not own:
            continue
        asked = own.get("what", file.what)
        if asked in What.values and asked != file.what:
            troubles += became(file, What(asked), zone=zone)
        else:
            remap(file, own, said.get("changed", ""))
            relink(file, own)
    for key, email in owners_said(migration, said).items():
        migration.owners[key]["user"] = email
    migration.save(update_fields=["owners"])
    return troubles


def of_file(said: QueryDict, file: MigrationFile) -> QueryDict:
    """What the page says of this file, its fields called as on the page of a single import."""
    prefix = f"f{file.pk}-"
    own = QueryDict(mutable=True)
    for name in said:
        if name.startswith(prefix):
            own[name.removeprefix(prefix)] = said.get(name, "")
    return own


def became(file: MigrationFile, what: What, *, zone: str) -> list[str]:
    """Somebody says that the file holds something else: read it as that."""
    migration = file.migration
    file.steps.all().delete()
    path = Path(file.path)
    file.what, file.links, file.note = what, [], ""
    if what not in KINDS:
        file.note = str(NO_DEALS if what == What.DEALS else REASONS["unclear"])[:400]
        file.save()
        return []
    try:
        look = look_at(path, header=None, count=5_000)
        if what == What.ASSOCIATIONS:
            plan = Plan(KINDS[what], source_of(migration.source, what), look.layout, (), zone=zone)
        else:
            plan = proposed(path, file.name, look, what, file.shape, migration.source, zone).plan
    except (UnreadableError, ImportRefusedError) as problem:
        file.what, file.note = What.OTHER, in_words(problem)[:400]
        file.save()
        return [f"{file.name}: {in_words(problem)}"]
    if what != What.ASSOCIATIONS:
        add_step(file, plan, file.name, ORDER[what] + file.place)
    file.save()
    connected(migration)
    return [f"{file.name}: {refusal(plan)}"] if refusal(plan) and what != What.ASSOCIATIONS else []


def connected(migration: Migration) -> None:
    """Look for links anew; what somebody switched off stays off."""
    files = {file.pk: file for file in migration.files.exclude(path="")}
    sheets = []
    for file in files.values():
        step = main_step(file)
        plan = read(step.run.plan) if step else None
        if file.what == What.ASSOCIATIONS:
            look = look_at(Path(file.path), header=None, count=500)
            plan = Plan(KINDS[What.ASSOCIATIONS], source_of(migration.source, What.ASSOCIATIONS), look.layout, ())
        if plan:
            sheets.append(Sheet(str(file.pk), What(file.what), plan, Path(file.path)))
    for sheet in sheets:
        sheet.look()
    for key, links in connect(sheets, migration.source).items():
        file = files[int(key)]
        before = {kept["column"]: kept for kept in file.links}
        file.links = [before.get(link.column, link.written) for link in links]
        file.save(update_fields=["links"])


def main_step(file: MigrationFile) -> MigrationStep | None:
    """The import of the records of a file, not of its links."""
    return file.steps.exclude(run__kind="links").select_related("run").first()


def remap(file: MigrationFile, own: QueryDict, changed: str) -> None:
    step = main_step(file)
    if step is None or not any(name.startswith("column-") for name in own):
        return
    plan = read(step.run.plan)
    pairs = mapping_of(own, plan, changed.removeprefix(f"f{file.pk}-"))
    constants = tuple((f"={one.constant}", one.field) for one in plan.targets if not one.column)
    wanted = (*pairs, *(pair for pair in constants if pair[1] not in {field for _left, field in pairs}))
    if set(wanted) == {(one.column or f"={one.constant}", one.field) for one in plan.targets}:
        return
    wishes = replace(as_wishes(plan), mapping=wanted, only_mapped=True)
    run = step.run
    run.follow(propose(Path(file.path), file.name, wishes).plan)
    run.rehearsal = {}
    run.save(update_fields=["kind", "source", "plan", "rehearsal"])


def relink(file: MigrationFile, own: QueryDict) -> None:
    """A link goes where the page says, or nowhere."""
    links = []
    for number, kept in enumerate(file.links):
        link = read_link(kept)
        there = own.get(f"link-{number}", link.there if link.on else "")
        links.append(replace(link, on=bool(there), there=there or link.there).written)
    if links != file.links:
        file.links = links
        file.save(update_fields=["links"])


def owners_said(migration: Migration, said: QueryDict) -> Mapping[str, str]:
    """By owner the address of the colleague that somebody chose; the same person under several ids is one."""
    emails = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    found = {}
    for number, key in enumerate(migration.owners):
        email = said.get(f"owner-{number}")
        if email is not None and (not email or email in emails):
            mark = migration.owners[key]["email"] or migration.owners[key]["name"]
            same = [one for one, other in migration.owners.items() if (other["email"] or other["name"]) == mark]
            found.update(dict.fromkeys(same, email))
    return found


def troubles_of(migration: Migration) -> list[str]:
    """Why it can't begin: what the mapping of a file lacks."""
    found = []
    for step in migration.steps.exclude(run__kind="links").select_related("run"):
        why = refusal(read(step.run.plan))
        if why:
            found.append(f"{step.run.file_name}: {why}")
    return found
