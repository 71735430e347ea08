"""Whether this installation is well: asked by its doctor, and by whoever watches it from outside."""

from dataclasses import dataclass

import psycopg
from django.db import connection

# The worker tells every 5 seconds that it lives; on a busy machine it may be late.
SILENT_SECONDS = 30
LIMITS = {"connect_timeout": 2, "options": "-c statement_timeout=2000"}
WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)"


@dataclass(frozen=True)
class Health:
    """A reason per part that is not well, else nothing."""

    database: str = ""
    worker: str = ""
    detail: str = ""

    @property
    def is_well(self) -> bool:
        return not (self.database or self.worker)


def look() -> Health:
    """Ask the database, over a connection of its own: a pool that is used up says nothing about the database."""
    try:
        with psycopg.connect(**{**connection.get_connection_params(), **LIMITS}) as own:
            row = own.execute(WORKERS, [SILENT_SECONDS]).fetchone()
    except psycopg.errors.UndefinedTable:
        return Health(database="its tables are missing: run `rapport prepare`")
    except psycopg.Error as error:
        return Health(database="it does not answer", detail=str(error).strip())
    return Health() if row and row[0] else Health(worker="none has been heard of lately: run `rapport worker`")
