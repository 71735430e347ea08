"""PostgreSQL's own tools for backup and restore, of a version that understands the server."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import connection

from rapport.lib.binaries import DatabaseError, candidates, version

NAMES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
}


def connect() -> psycopg.Connection[Any]:
    """A plain connection to Rapport's database."""
    return psycopg.connect(**parameters())


def parameters() -> dict[str, Any]:
    given = connection.get_connection_params()
    return {name: given[name] for name in NAMES if given.get(name)}


@dataclass(frozen=True)
class Tools:
    """A folder with pg_dump, pg_restore and psql."""

    folder: Path

    def start(self, name: str, *arguments: str, **pipes: IO[bytes] | int) -> subprocess.Popen[bytes]:
        """Start a tool on our database; the password goes by the environment, where others cannot read it."""
        environment = {NAMES[key]: str(value) for key, value in parameters().items()}
        return subprocess.Popen([self.folder / name, *arguments], env={**os.environ, **environment}, **pipes)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def tools_for(server_version: int) -> Tools:
    """The oldest tools that are not older than the server."""
    fitting = sorted((version(folder), str(folder)) for folder in set(folders()) if version(folder) >= server_version)
    if not fitting:
        message = (
            f"The server is PostgreSQL {server_version}, and no pg_dump of that version or newer is here. Install its "
            f"client programs (Debian: apt install postgresql-client-{server_version}) or set PGBIN to their folder."
        )
        raise DatabaseError(message)
    return Tools(Path(fitting[0][1]))


def folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    for folder in [*candidates(), *([Path(on_path).resolve().parent] if on_path else [])]:
        if all((folder / name).exists() for name in ("pg_dump", "pg_restore", "psql")):
            yield folder
