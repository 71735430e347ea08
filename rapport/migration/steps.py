"""Make the imports of a migration ready: those of links after those of what they link, owners translated in all."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction

from rapport.imports.fields import Kind
from rapport.imports.link import Means
from rapport.imports.models import ImportRun, State
from rapport.imports.plan import Plan, Target, read
from rapport.imports.propose import layout_of
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.migration.connect import Link, read_link
from rapport.migration.draft import add_step
from rapport.migration.mapping import source_of
from rapport.migration.models import Migration, MigrationFile, What
from rapport.people.models import User

ORDER = {Means.PART_OF: 200_000, Means.WORKS_AT: 350_000, Means.TAKES_PART: 800_000}


@transaction.atomic
def lay_out(migration: Migration) -> None:
    """Write the steps anew from what files, links and owners say."""
    links = ImportRun.objects.filter(step__migration=migration, kind=Kind.LINKS)
    stale = list(links.values_list("pk", flat=True))
    migration.steps.filter(run__in=stale).delete()
    ImportRun.objects.filter(pk__in=stale).delete()
    for step in migration.steps.select_related("run"):
        plan = replace(read(step.run.plan), owners=owners_of(migration))
        step.run.follow(plan)
        step.run.save(update_fields=["plan"])
    plans = {step.file_id: read(step.run.plan) for step in migration.steps.select_related("run")}
    for file in migration.files.order_by("place"):
        for number, link in enumerate(read_link(kept) for kept in file.links):
            if link.on:
                plan = link_plan(file, link, plans.get(file.pk))
                name = f"{file.name}: {link.column} → {link.there}"
                # What somebody took part in is about them, and about their company besides.
                later = 100_000 if link.there == source_of(migration.source, What.COMPANIES) else 0
                add_step(file, plan, name, ORDER[Means(link.means)] + later + file.place * 10 + number)


def owners_of(migration: Migration) -> tuple[tuple[str, str], ...]:
    return tuple((key, owner["user"]) for key, owner in migration.owners.items())


def link_plan(file: MigrationFile, link: Link, records: Plan | None) -> Plan:
    """How the file is read for a link: its own rows once more, of two columns."""
    layout = records.layout if records else layout_of(Path(file.path), header=None)
    targets = [
        Target("from", link.near),
        Target("to", link.column),
        Target("from_source", constant=link.here),
        Target("to_source", constant=link.there),
        Target("means", constant=link.means),
    ]
    roles = [one.column for one in records.of("company_role")] if records and link.means == Means.WORKS_AT else []
    targets += [Target("role", column) for column in roles[:1] if column]
    return Plan(Kind.LINKS, link.here, layout, tuple(targets), records.where if records else ())


def rehearse_later(migration: Migration, *, by: User | None, at: datetime, defer: bool) -> None:
    """Let a draft be rehearsed: by the queue when deferred, else by the caller."""
    with transaction.atomic():
        ImportRun.objects.filter(step__migration=migration).update(rehearsal={})
        migration.state, migration.moved_at, migration.trouble = State.REHEARSING, at, ""
        migration.save(update_fields=["state", "moved_at", "trouble"])
        if defer:
            record(Fact.MIGRATION_STARTED, [migration.pk], by=by, at=at, rehearsal="yes")
