"""Values of people stand in no log that is kept, and an erasure looks into the logs that there are."""

import logging
import os
import sys
from pathlib import Path

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from rapport.consent.tests.peer import customer_at
from rapport.customers.edit import edit
from rapport.lib.postgres import Cluster, note
from rapport.lib.quiet import QuietFormatter
from rapport.people.models import User
from rapport.privacy.erase_search import search_everywhere
from rapport.privacy.tests.test_erase import erased

pytestmark = [pytest.mark.django_db, pytest.mark.req("G3")]
SECRET = "zirkonlog@quarz.example"


@pytest.fixture
def logs(settings, tmp_path):
    """A data folder whose database keeps a log for each day."""
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    cluster = note(tmp_path, Cluster(str(tmp_path / "database"), "postgres://rapport:x@127.0.0.1:1/rapport"))
    folder = cluster.data / "log"
    folder.mkdir(parents=True)
    return folder


def complaints():
    """Two ways in which a database repeats a value: a row that is there already, and what is no number."""
    User.objects.create_user(SECRET, name="Ann")
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        User.objects.create_user(SECRET, name="Bea")
    with pytest.raises(DataError) as no_number, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [SECRET])
    return twice.value, no_number.value


@pytest.mark.skipif("RAPPORT_TESTS_EMBEDDED" not in os.environ, reason="a database of one's own keeps its own log")
def test_the_embedded_database_writes_no_complaint_with_a_value():
    assert all(SECRET in str(one) for one in complaints())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('data_directory')")
        folder = Path(cursor.fetchone()[0]) / "log"
    kept = {path.name: path.read_text(errors="replace") for path in folder.glob("*.log")}
    assert kept, "there is a log"
    assert {name for name, text in kept.items() if SECRET in text or "quarz" in text} == set()


def test_what_is_logged_of_a_failure_says_what_failed_and_repeats_no_value():
    texts = []
    for one in complaints():
        try:
            raise one
        except (IntegrityError, DataError):
            record = logging.makeLogRecord(
                {"msg": "an endpoint failed: %s", "args": (one,), "exc_info": sys.exc_info()}
            )
            texts.append(QuietFormatter("{message}", style="{").format(record))
    assert not [text for text in texts if SECRET in text or "quarz" in text]
    assert "duplicate key value violates unique constraint" in texts[0]
    assert "IntegrityError" in texts[0]
    assert "invalid input syntax for type integer" in texts[1]
    assert all("Traceback" in text and 'File "' in text for text in texts)


def test_every_line_goes_through_it():
    handlers = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    from_settings = [one for one in handlers if isinstance(one.formatter, QuietFormatter)]
    assert from_settings


def test_an_erasure_empties_the_logs_that_name_them_and_leaves_the_others(boss, mia, logs):
    customer = edit(customer_at(SECRET), {"name": "Zita Zirkonia"}, by=boss, at=timezone.now())
    named, other = logs / "Mon.log", logs / "Tue.log"
    named.write_text(f"2026-11-23 ERROR: duplicate key\nDETAIL: Key (email)=({SECRET}) already exists.\n")
    other.write_text("2026-11-24 LOG: checkpoint starting\n")
    assert search_everywhere([SECRET]).files == [str(named)]
    done = erased(customer, boss, mia)
    assert (done.state, done.report["logs"]) == ("done", 1)
    assert (named.read_text(), other.read_text()) == ("", "2026-11-24 LOG: checkpoint starting\n")
    assert search_everywhere([SECRET]).files == []
