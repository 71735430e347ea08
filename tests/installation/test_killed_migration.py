"""A worker that is killed in the middle of a migration loses nothing and doubles nothing: the next one goes on by itself."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, run, surroundings
from tests.installation.test_killed_imports import count

COMPANIES, PEOPLE, CALLS = 300, 6_000, 3_000
# A worker is believed dead after half a minute without a sign.
DEADLINE = 240
BEGIN = """
import sys
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from rapport.migration.draft import draft
from rapport.migration.run import begin
from rapport.migration.unpack import files_below
made = draft(files_below(Path(sys.argv[1])), by=None, at=timezone.now())
assert begin(made, by=None, at=timezone.now(), defer=True)
"""


@pytest.fixture
def export(tmp_path):
    """People with their companies, and calls with who was on the line in a file of its own."""
    folder = tmp_path / "export"
    folder.mkdir()
    files = {
        "companies.csv": ["id,name", *(f"{n},Company {n}" for n in range(COMPANIES))],
        "contacts.csv": [
            "id,firstname,lastname,email,associatedcompanyid",
            *(f"{n},Ann,Name {n},n{n}@example.org,{n % COMPANIES}" for n in range(PEOPLE)),
        ],
        "calls.csv": [
            "engagement_id,hs_timestamp,hs_call_title",
            *(f"{n},2026-01-02 10:00:00,Call {n}" for n in range(90_000, 90_000 + CALLS)),
        ],
        "call_contacts.csv": [
            "contact_id,engagement_id,engagement_type",
            *(f"{n},{90_000 + n},CALL" for n in range(CALLS)),
        ],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


@contextmanager
def worker(home, url):
    """A worker; whoever leaves kills it without warning."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        [sys.executable, "-m", "rapport", "worker"], env=surroundings(home, DATABASE_URL=url), **quiet
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def wait_until(url, condition, process) -> None:
    ends = time.monotonic() + DEADLINE
    with psycopg.connect(url, autocommit=True) as server:
        while not server.execute(f"SELECT EXISTS ({condition})").fetchone()[0]:
            assert process.poll() is None, "the worker ended"
            assert time.monotonic() < ends
            time.sleep(0.02)


@pytest.mark.req("K10")
def test_a_migration_outlives_its_worker_and_is_taken_back_whole(new_database, export, django_db_setup):
    home, url = new_home(), new_database("rapport_template")
    environment = surroundings(home, DATABASE_URL=url, DJANGO_SETTINGS_MODULE="rapport.settings")
    subprocess.run([sys.executable, "-c", BEGIN, export], env=environment, check=True, timeout=DEADLINE)
    with worker(home, url) as first:
        wait_until(url, "SELECT FROM imports_importrun WHERE kind = 'customers' AND cursor > 0", first)
    held = count(url, "customers_customer WHERE kind = 'person'")
    assert 0 < held < PEOPLE
    assert count(url, "migration_migration WHERE state = 'running'") == 1
    with worker(home, url) as second:
        wait_until(url, "SELECT FROM migration_migration WHERE state <> 'running'", second)

    assert count(url, "migration_migration WHERE state = 'done'") == 1
    assert count(url, "customers_customer") == COMPANIES + PEOPLE
    assert count(url, "customers_sourcerecord") == COMPANIES + PEOPLE
    assert count(url, "customers_relationship") == PEOPLE
    assert count(url, "timeline_interaction") == count(url, "timeline_participation") == CALLS
    assert count(url, "imports_importrun WHERE failed > 0 OR adrift > 0 OR unassigned > 0") == 0
    back = run(home, "migrate", "--revert", "1", "--yes", DATABASE_URL=url)
    assert back.returncode == 0, back.stderr
    for table in ("customers_customer", "customers_relationship", "timeline_interaction", "timeline_participation"):
        assert count(url, table) == 0
    postgres.remove(home)
