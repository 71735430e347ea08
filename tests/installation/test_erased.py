"""An erasure outlives kill -9 and an older backup."""

import signal
import subprocess
import sys
import time

import psycopg
import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, run, surroundings

SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
import django
django.setup()
from django.utils import timezone
from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.privacy.erase import confirm, propose, run
from rapport.privacy.erasure import Erasure
from rapport.privacy.request import Asks
from rapport.privacy.request_steps import Asked, check, receive
now = timezone.now()
"""
CONFIRM = """
one, two = (User.objects.create_user(f"{name}@x.example", name=name, role="administrator") for name in ("one", "two"))
ada = Customer.objects.get(name="Ada Silvestre")
asked = Asked(Asks.ERASURE, "Ada Silvestre", "ada@silvestre.example", "email", now, "", ada)
request = check(receive(asked, assignee=one, by=one, at=now), "called", by=one, at=now)
confirm(propose(request, by=one, at=now), by=two, at=now)
"""
ERASE = "run(Erasure.objects.get().pk)"
HELD = "SELECT count(*) FROM customers_customer WHERE name IN ('Ada Silvestre', 'Bodo Braun')"


@pytest.fixture
def firm(new_database, django_db_setup, tmp_path):
    """Two customers, one of whom is to be erased."""
    home, url = new_home(), new_database("rapport_template")
    people = tmp_path / "people.csv"
    people.write_text("id,name,email\n1,Ada Silvestre,ada@silvestre.example\n2,Bodo Braun,bodo@braun.example\n")
    done = run(home, "import", "customers", people, "--yes", "--json", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    yield home, url
    postgres.remove(home)


def python(home, url, *scripts):
    command = [sys.executable, "-c", SETUP + "\n".join(scripts)]
    return subprocess.Popen(command, env=surroundings(home, DATABASE_URL=url), stderr=subprocess.PIPE, text=True)


def done(process):
    _out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err


def asked(url, query):
    with psycopg.connect(url) as server:
        return server.execute(query).fetchone()[0]


@pytest.mark.req("G3")
def test_an_older_backup_brings_nobody_back_who_was_erased_since(firm, tmp_path):
    home, url = firm
    backup = tmp_path / "old.backup"
    assert run(home, "backup", backup, DATABASE_URL=url).returncode == 0
    done(python(home, url, CONFIRM, ERASE))
    assert asked(url, HELD) == 1
    told = run(home, "restore", "--replace", backup, DATABASE_URL=url)
    assert told.returncode == 0, told.stderr
    assert "1 people erased again" in told.stdout
    assert asked(url, HELD) == 1
    gone = run(home, "erase-check", "ada@silvestre.example", "Ada Silvestre", DATABASE_URL=url)
    assert (gone.returncode, gone.stdout) == (0, "")
    assert not (home / "erase-again.jsonl").exists()


@pytest.mark.req("G3", "K1")
def test_an_erasure_that_is_killed_again_and_again_goes_on_and_ends(firm):
    home, url = firm
    done(python(home, url, CONFIRM))
    reached, killed = -1, 0
    for _try in range(6):
        process = python(home, url, ERASE)
        while process.poll() is None:
            steps = asked(url, "SELECT coalesce(cardinality(done), 0) FROM privacy_erasure")
            if steps > reached + 3:
                process.send_signal(signal.SIGKILL)
                killed, reached = killed + 1, steps
                break
            time.sleep(0.01)
        process.wait()
    assert killed >= 2
    done(python(home, url, ERASE))
    assert asked(url, "SELECT state || ' ' || length(sealed) FROM privacy_erasure") == "done 0"
    gone = run(home, "erase-check", "ada@silvestre.example", "Ada Silvestre", DATABASE_URL=url)
    assert (gone.returncode, gone.stdout) == (0, "")
    assert asked(url, HELD) == 1
