"""Whoever is killed in the middle of an import or of taking it back has lost nothing and doubled nothing."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, run, surroundings

ROWS = 16_000
DEADLINE = 60


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    lines = (f"{n},Name {n},n{n}@example.org\n" for n in range(ROWS))
    path.write_text("id,name,email\n" + "".join(lines))
    return path


def kill_when(home, url, condition, *words) -> None:
    """Start a command and kill it without warning as soon as ``condition`` (a query) holds."""
    command = [sys.executable, "-m", "rapport", *map(str, words)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=surroundings(home, DATABASE_URL=url), **quiet)
    ends = time.monotonic() + DEADLINE
    with psycopg.connect(url, autocommit=True) as server:
        while not server.execute(f"SELECT EXISTS (SELECT FROM imports_importrun WHERE {condition})").fetchone()[0]:  # noqa: S608
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < ends
            time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def count(url, what) -> int:
    with psycopg.connect(url) as server:
        return server.execute(f"SELECT count(*) FROM {what}").fetchone()[0]  # noqa: S608


@pytest.mark.req("K10")
def test_a_killed_import_and_a_killed_revert_go_on_where_they_were(new_database, people, django_db_setup):
    home, url = new_home(), new_database("rapport_template")
    words = ("import", "customers", people, "--yes", "--json")
    kill_when(home, url, "cursor > 0", *words)
    held = count(url, "customers_customer")
    assert 0 < held < ROWS
    assert held == count(url, "customers_sourcerecord")
    again = run(home, *words, DATABASE_URL=url)
    assert again.returncode == 0, again.stderr
    for table in ("customers_customer", "customers_member", "customers_sourcerecord"):
        assert count(url, table) == ROWS
    with psycopg.connect(url) as server:
        number = server.execute("SELECT id FROM imports_importrun").fetchone()[0]
    kill_when(home, url, "undone_to IS NOT NULL", "imports", "revert", number, "--yes")
    left = count(url, "customers_customer")
    assert 0 < left < ROWS
    assert left == count(url, "customers_sourcerecord")
    back = run(home, "imports", "revert", str(number), DATABASE_URL=url)
    assert back.returncode == 0, back.stderr
    for table in ("customers_customer", "customers_member", "customers_sourcerecord", "customers_identifier"):
        assert count(url, table) == 0
    assert f"{ROWS:,} rows back" in back.stdout
    postgres.remove(home)
