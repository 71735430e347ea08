"""Whoever is killed in the middle of a bulk change, or of taking it back, has lost nothing and done nothing twice."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, run, surroundings

ROWS = 12_000
DEADLINE = 240
READY = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'rapport.settings'; import django; django.setup(); "
START = """
from django.utils import timezone
from rapport.bulk.records import RECORDS
from rapport.bulk.start import Selection, start
from rapport.people.models import User
by = User.objects.create_user('bea@rapport.example', 'a long enough password', name='Bea', role='administrator')
list_ = RECORDS['customers']
print(start(list_, list_.action('tag', by), Selection(whole=True), {'tags': ['vip']}, by=by, at=timezone.now()).pk)
"""
RUN = "from rapport.bulk.run import run; run({number})"
BACK = "from rapport.bulk.take_back import take_run_back; take_run_back({number}, by=None)"
BEGIN_BACK = """
from django.utils import timezone
from rapport.bulk.models import BulkRun
from rapport.bulk.take_back import start_taking_back
one = BulkRun.objects.select_related('by').get()
print(start_taking_back(one, by=one.by, at=timezone.now()))
"""


def script(home, url, text, **more):
    command = [sys.executable, "-c", READY + text if "\n" not in text else READY.strip("; ") + "\n" + text]
    return subprocess.Popen(
        command, env=surroundings(home, DATABASE_URL=url), stdout=subprocess.PIPE, text=True, **more
    )


def done(home, url, text):
    process = script(home, url, text)
    said, _nothing = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    return said.strip()


def kill_when(home, url, text, condition):
    process = script(home, url, text)
    ends = time.monotonic() + DEADLINE
    with psycopg.connect(url, autocommit=True) as server:
        while not server.execute(f"SELECT EXISTS (SELECT FROM bulk_bulkrun WHERE {condition})").fetchone()[0]:  # noqa: S608
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < ends
            time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def one(url, what):
    with psycopg.connect(url) as server:
        return server.execute(f"SELECT {what}").fetchone()


TAGGED = "count(*) FROM customers_customer WHERE tags = '{vip}'"


@pytest.mark.req("T6")
def test_a_killed_bulk_change_and_its_killed_undo_go_on_where_they_were(new_database, tmp_path, django_db_setup):
    home, url = new_home(), new_database("rapport_template")
    people = tmp_path / "people.csv"
    people.write_text("id,name\n" + "".join(f"{n},Name {n}\n" for n in range(ROWS)))
    assert run(home, "import", "customers", people, "--yes", DATABASE_URL=url).returncode == 0
    number = done(home, url, START)
    kill_when(home, url, RUN.format(number=number), "cursor > 1")
    cursor, changed, state = one(url, "cursor, changed, state FROM bulk_bulkrun")
    assert (changed, state) == (cursor * 1_000, "running")
    assert one(url, TAGGED) == (changed,)
    done(home, url, RUN.format(number=number))
    assert one(url, "changed, state FROM bulk_bulkrun") == (ROWS, "done")
    assert one(url, TAGGED) == (ROWS,)
    assert done(home, url, BEGIN_BACK) == "True"
    kill_when(home, url, BACK.format(number=number), f"cursor < {ROWS // 1_000 - 1}")
    (cursor,) = one(url, "cursor FROM bulk_bulkrun")
    assert one(url, TAGGED) == (cursor * 1_000,)
    done(home, url, BACK.format(number=number))
    assert one(url, 'back, "left", state FROM bulk_bulkrun') == (ROWS, 0, "undone")
    assert one(url, TAGGED) == (0,)
    assert one(url, "count(*) FROM customers_sourcerecord WHERE source = 'by hand'") == (0,)
    postgres.remove(home)
