"""Who owns records there, and which colleague that is here: by e-mail, or as somebody says. Nobody gets a sign-in."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from rapport.imports.models import ImportRun
from rapport.imports.plan import Plan, read
from rapport.imports.propose import ImportRefusedError, look_at
from rapport.imports.rows import PlannedRows
from rapport.lib.layouts import UnreadableError
from rapport.lib.tables import Reading
from rapport.migration.models import Migration, MigrationFile, What
from rapport.migration.shapes import OWNER_IDS, plain
from rapport.people.models import User

MOST, MET_IN = 5_000, 50_000
Owner = dict[str, str]


def owners_in(migration: Migration) -> dict[str, Owner]:
    """All owners that the files of owners list, by their id there; ``user`` is the colleague's address here."""
    users = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    found: dict[str, Owner] = {}
    for file in migration.files.filter(what=What.OWNERS):
        rows = known = 0
        for row in owner_rows(file):
            rows += 1
            email = row["email"].lower()
            known += email in users
            for one in row["ids"]:
                if len(found) < MOST:
                    found[one] = {"name": row["name"], "email": row["email"], "user": email if email in users else ""}
        MigrationFile.objects.filter(pk=file.pk).update(rows=rows, owned={"known": known, "unknown": rows - known})
    return found


def owner_rows(file: MigrationFile) -> Iterator[dict[str, Any]]:
    try:
        look = look_at(Path(file.path), header=True, count=100)
    except (UnreadableError, ImportRefusedError):
        return
    places = {plain(column): place for place, column in enumerate(look.layout.columns)}
    for row in Reading(Path(file.path), look.layout):

        def cell(name: str, cells: list[str] = row.cells) -> str:
            return cells[places[name]].strip() if name in places else ""

        name = cell("name") or f"{cell('firstname')} {cell('lastname')}".strip()
        email = cell("email") or cell("emailaddress")
        first = next((cell(one) for one in OWNER_IDS.split() if cell(one)), "")
        yield {"ids": [one for one in (first, email, name) if one], "name": name, "email": email}


def met_owners(migration: Migration) -> None:
    """Add the owners that records name and no file of owners lists, so that somebody can say who they are."""
    users = {
        word.lower(): email
        for name, email in User.objects.filter(is_active=True).values_list("name", "email")
        for word in (name, email)
        if word
    }
    for step in migration.steps.select_related("run"):
        plan = read(step.run.plan)
        for one in owner_values(step.run, plan):
            if one not in migration.owners and len(migration.owners) < MOST:
                migration.owners[one] = {"name": one, "email": "", "user": users.get(one.lower(), "")}
    migration.save(update_fields=["owners"])


def owner_values(run: ImportRun, plan: Plan, most: int | None = MET_IN) -> Iterator[str]:
    columns = [one.column for one in plan.of("owner") if one.column]
    if not columns:
        return
    place = plan.columns.index(columns[0])
    rows = PlannedRows(Path(run.path), plan)
    for row in islice((row for row in rows if rows.chosen(row)), most):
        if row.cells[place].strip():
            yield row.cells[place].strip()


def count_owned(migration: Migration) -> None:
    """Write down of each file how many rows have an owner whom somebody here is, and how many one whom nobody is."""
    for step in migration.steps.select_related("run", "file"):
        plan = read(step.run.plan)
        known = unknown = 0
        for one in owner_values(step.run, plan, None):
            if migration.owners.get(one, {}).get("user"):
                known += 1
            else:
                unknown += 1
        if known or unknown:
            MigrationFile.objects.filter(pk=step.file_id).update(owned={"known": known, "unknown": unknown})


def strangers(migration: Migration) -> list[tuple[str, Owner]]:
    """Owners whom nobody here is by e-mail, with whom somebody has said they are; each once, by id."""
    emails = set()
    found = []
    for key, owner in migration.owners.items():
        mark = owner["email"] or owner["name"]
        if owner["email"] and owner["user"] == owner["email"].lower():
            continue
        if mark not in emails:
            emails.add(mark)
            found.append((key, owner))
    return found
