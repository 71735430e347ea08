"""Installations to throw away, each with a data folder, a database and a port of its own."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from rapport.lib import postgres

Rapport = Callable[..., subprocess.CompletedProcess[str]]


def new_home() -> Path:
    """A data folder that PostgreSQL's account can reach."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir=os.environ["RAPPORT_HOME"]))
    home.chmod(0o711)
    return home


@pytest.fixture
def home() -> Iterator[Path]:
    folder = new_home()
    yield folder
    postgres.remove(folder)


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of an installation in ``home`` that has its own embedded database."""
    usual = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**usual, "RAPPORT_HOME": str(home), "RAPPORT_PORT": str(postgres.free_port()), **more}


@pytest.fixture
def rapport(home: Path) -> Rapport:
    """Run a command of Rapport's to its end."""

    def command(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return run(home, *arguments, **more)

    return command


def run(home: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rapport", *map(str, arguments)]
    return subprocess.run(
        command, env=surroundings(home, **more), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def new_database() -> Iterator[Callable[..., str]]:
    """Make databases beside the tests' own: empty, or with the tables."""
    made = []

    def make(template: str = "template1") -> str:
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        made.append(name)
        return make_conninfo(os.environ["DATABASE_URL"], dbname=name)

    yield make
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        for name in made:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
