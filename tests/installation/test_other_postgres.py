"""Rapport on the PostgreSQL that this system brings: the oldest version it promises to run on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
pytestmark = pytest.mark.skipif(not PROGRAMS, reason="this system has no PostgreSQL of its own")
FILE = "id,name,email,city\n1,Marta Oliveira,marta@aurora.example,Lisboa\n2,Rui Pinto,rui@aurora.example,Porto\n"


@pytest.mark.req("T4")
def test_a_smoke_run_on_the_systems_own_postgresql(tmp_path, monkeypatch):
    server, home = new_home(), new_home()
    monkeypatch.setenv("PGBIN", str(PROGRAMS[0].parent))
    file = tmp_path / "people.csv"
    file.write_text(FILE)
    try:
        with postgres.running(server) as url:
            environment = {**os.environ, "DATABASE_URL": url, "RAPPORT_HOME": str(home)}
            environment.pop("PGBIN")

            def rapport(*arguments: str, given: str = "") -> str:
                command = [sys.executable, "-m", "rapport", *arguments]
                done = subprocess.run(
                    command, input=given, env=environment, capture_output=True, text=True, timeout=300, check=False
                )
                assert done.returncode == 0, done.stderr
                return done.stdout

            rapport("user", "bea@rapport.example", "--role", "administrator", given="a long enough password\n")
            counts = json.loads(rapport("import", "customers", str(file), "--yes", "--json").splitlines()[-1])
            assert counts["created"] == 2
            assert rapport("token", "bea@rapport.example").strip()
            with psycopg.connect(url) as database:
                row = database.execute("SELECT count(*), max(sort_key) FROM customers_customer").fetchone()
                version = database.info.server_version // 10_000
            assert row == (2, "rui pinto")
            assert version == int(PROGRAMS[0].parts[-3])
    finally:
        postgres.remove(server)
        postgres.remove(home)
