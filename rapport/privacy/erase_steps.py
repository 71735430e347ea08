"""The steps of an erasure, each of which may be done again: its rows, its words everywhere, what follows, what is sealed."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from rapport.customers.models import Customer
from rapport.files.drop import drop_unused
from rapport.privacy.erase_files import pattern_of
from rapport.privacy.erase_kept import drop_brought, drop_drafts, drop_packs, drop_sessions, empty_logs
from rapport.privacy.erase_mend import blank_shared, mend
from rapport.privacy.erase_person import Person
from rapport.privacy.erase_rows import erase_rows
from rapport.privacy.erase_sweep import Columns, counts, sweep, tables, wanted_of
from rapport.privacy.erasure import Erasing


def carry_through(now: Erasing, person: Person, *, evidence: str) -> None:
    """All of them, from where it stopped."""
    through(now, "rows", lambda: rows(now, person, evidence=evidence))
    for part in tables():
        through(now, f"table {part.table}", partial(swept, now, person, part))
    through(now, "mend", lambda: mend(person))
    through(now, "kept", lambda: kept(now, person))
    vacuum(now)


def plan(now: Erasing, found: Person) -> None:
    """Keep, sealed, whom it is about: read once, before anything goes, until it is through."""
    now.plan, now.customer_ids, now.member_ids = found.kept(), found.of("customers"), found.of("members")


def still_named(person: Person) -> list[str]:
    """Look once more: what still names them, by table and column."""
    return [f"{part.table}.{name}: {number}" for part in tables() for name, number in left_in(person, part)]


def rows(now: Erasing, person: Person, *, evidence: str) -> dict[str, int]:
    at = timezone.now()
    blank_shared(person)
    done = erase_rows(person, evidence=evidence, at=at)
    Customer.objects.filter(pk__in=person.of("customers")).update(trashed_at=at)
    now.plan = person.kept()
    now.save(update_fields=["sealed"])
    return dict(done)


def swept(now: Erasing, person: Person, part: Columns) -> dict[str, int]:
    """What was changed in a table; of what follows from words is kept which rows they stood in."""
    ids = sweep(person, part)
    if ids and part.table in {"timeline_interaction", "customers_customer", "customers_sourcerecord"}:
        person.ids.setdefault(part.table, []).extend(ids)
        now.plan = person.kept()
        now.save(update_fields=["sealed"])
    return {part.table: len(ids)}


def kept(now: Erasing, person: Person) -> dict[str, int]:
    pattern = pattern_of(person)
    uploads, left = drop_brought(pattern)
    now.left = [*now.left, *left]
    return {
        "drafts": drop_drafts(person, pattern),
        "sessions": drop_sessions(pattern),
        "packs": drop_packs(person),
        "uploads": uploads,
        "logs": empty_logs(pattern),
        "files": drop_unused(person.of("files")),
    }


def through(now: Erasing, name: str, did: Callable[[], Mapping[str, int]]) -> None:
    """One step with the note that it is through, both or neither."""
    if name in now.done:
        return
    with transaction.atomic():
        counted = Counter(now.report)
        counted.update(did())
        now.report = {table: number for table, number in counted.items() if number}
        now.done = [*now.done, name]
        now.save(update_fields=["done", "report", "left"])


def vacuum(now: Erasing) -> None:
    """Let go of the places where rows stood, and of the statistics that repeat their values."""
    if connection.in_atomic_block:
        return
    names = {one for one in now.report if "." in one}
    found = {apps.get_model(one)._meta.db_table for one in names}  # noqa: SLF001
    swept = {one.removeprefix("table ") for one in now.done if one.startswith("table ")} & set(now.report)
    with connection.cursor() as cursor:
        for table in sorted(found | swept | {now._meta.db_table}):  # noqa: SLF001
            cursor.execute(f"VACUUM (ANALYZE) {connection.ops.quote_name(table)}")


def left_in(person: Person, part: Columns) -> list[tuple[str, int]]:
    return list(counts(wanted_of(person), part)) if person.patterns else []
