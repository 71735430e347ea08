"""Bring the tables up to what this version of Rapport needs."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

# One at a time, whoever starts: the web server, a worker or a command. The number only has to be ours.
LOCK = 7277678


def is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def bring_up_to_date() -> None:
    if not is_behind():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
