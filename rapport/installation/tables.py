"""Bring the tables up to what this version of Rapport needs."""

import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# One at a time, whoever starts: the web server, a worker or a command. The number only has to be ours.
LOCK = 7277678
PAUSE = 0.2


def is_behind() -> bool:
    if set(there()) <= MigrationRecorder(connection).applied_migrations().keys():
        return False
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def there() -> Iterator[tuple[str, str]]:
    """The migrations by room and name, told by their files: loading all of them would double the start of a command."""
    for room in apps.get_app_configs():
        module, _given = MigrationLoader.migrations_module(room.label)
        package = find_spec(module) if module else None
        # pgtrigger has a module of that name that holds none.
        if package and package.submodule_search_locations:
            names = (found.name for found in iter_modules(package.submodule_search_locations))
            yield from ((room.label, name) for name in names if name[0] not in "_~")


def bring_up_to_date(tell: Callable[[str], object]) -> None:
    """``tell`` hears why it takes so long, if it does."""
    if not is_behind():
        return
    with connection.cursor() as cursor:
        # Asked again and again: whoever waits within one query holds a snapshot, for which an index that is built meanwhile waits.
        if not has_turn(cursor):
            tell("waiting for another Rapport, which is bringing the tables up to date")
            while not has_turn(cursor):
                time.sleep(PAUSE)
        try:
            tell("bringing the tables up to date; this can take a few minutes")
            drop_half_built(cursor)
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def has_turn(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def drop_half_built(cursor: CursorWrapper) -> None:
    """Let go of indexes whose building was interrupted: nothing uses them, and they would be in the way of the next try."""
    cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
    for (index,) in cursor.fetchall():
        if not index.endswith("_ccnew"):
            cursor.execute(f"DROP INDEX IF EXISTS {index}")
