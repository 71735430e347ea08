"""Whoever is killed in the middle of merging and parting leaves every customer whole: joined or not, nothing between."""

import json
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, run, surroundings

PAIRS = 80
MERGING = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
import django
django.setup()
from django.utils import timezone
from rapport.customers.models import Customer
from rapport.identity.merge import merge
from rapport.identity.models import Merge
from rapport.identity.unmerge import unmerge
if "part" in sys.argv:
    for one in Merge.objects.filter(undone_at=None):
        unmerge(one, by=None, at=timezone.now())
else:
    living = list(Customer.objects.living().order_by("name", "pk"))
    for one, other in zip(living, living[1:]):
        if one.name == other.name:
            merge(one, other, by=None, at=timezone.now())
"""
STAND = "SELECT count(*) >= {} FROM identity_merge WHERE undone_at IS NULL"
STATE = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT concat_ws(',', 'c', id, merged_into_id, name, city, phones.n) AS line FROM customers_customer,
        LATERAL (SELECT count(*) n FROM customers_member m WHERE m.customer_id = customers_customer.id) phones
    UNION ALL SELECT concat_ws(',', 'm', id, customer_id, home_id, last_contact_at) FROM customers_member
    UNION ALL SELECT concat_ws(',', 't', member_id, channel, count) FROM timeline_tally) lines
"""
HALF = """
SELECT count(*) FROM customers_customer c
LEFT JOIN identity_merge g ON g.absorbed_id = c.id AND g.undone_at IS NULL
WHERE c.merged_into_id IS DISTINCT FROM g.survivor_id
   OR EXISTS (SELECT FROM customers_member m WHERE m.home_id = c.id
              AND m.customer_id <> coalesce(c.merged_into_id, c.id))
   OR (g.id IS NOT NULL) <> EXISTS (SELECT FROM journal_event e WHERE e.kind = 'customers merged'
              AND c.id = ANY(e.subject_ids) AND (e.details->>'merge')::bigint = g.id)
"""


def asked(url, query):
    with psycopg.connect(url) as server:
        return server.execute(query).fetchone()[0]


def merging(home, url, *words):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", MERGING, *words], env=surroundings(home, DATABASE_URL=url), **quiet)


def killed_after(process, url, condition) -> None:
    ends = time.monotonic() + 120
    while not asked(url, condition):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < ends
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.req("K1")
def test_killed_merges_leave_nobody_half_joined_and_can_all_be_taken_back(new_database, tmp_path, django_db_setup):
    home, url = new_home(), new_database("rapport_template")
    people = tmp_path / "people.csv"
    rows = (f"{n},Name {n // 2},n{n}@x.example,City {n % 2}\n" for n in range(2 * PAIRS))
    people.write_text("id,name,email,city\n" + "".join(rows))
    done = run(home, "import", "customers", people, "--yes", "--json", DATABASE_URL=url)
    assert json.loads(done.stdout)["created"] == 2 * PAIRS, done.stderr
    before = asked(url, STATE)
    for stands in (10, 40):
        killed_after(merging(home, url), url, STAND.format(stands))
        assert asked(url, HALF) == 0
    assert merging(home, url).wait(300) == 0
    assert asked(url, "SELECT count(*) FROM identity_merge WHERE undone_at IS NULL") == PAIRS
    killed_after(
        merging(home, url, "part"), url, "SELECT count(*) >= 15 FROM identity_merge WHERE undone_at IS NOT NULL"
    )
    assert asked(url, HALF) == 0
    assert merging(home, url, "part").wait(300) == 0
    assert asked(url, STATE) == before
    postgres.remove(home)
