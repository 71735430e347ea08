"""Whether the tables are up to date is told without loading the migrations, and an interrupted try is followed by another."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from rapport.installation.tables import bring_up_to_date, drop_half_built, is_behind, there

pytestmark = [pytest.mark.req("T6"), pytest.mark.django_db]


def test_the_migrations_that_are_told_by_their_files_are_those_that_would_be_loaded():
    assert set(there()) == MigrationLoader(None).disk_migrations.keys()


def test_one_migration_that_is_not_applied_leaves_the_tables_behind():
    assert not is_behind()

    MigrationRecorder(connection).record_unapplied("timeline", "0005_leave_room_beside_tallies")

    assert is_behind()


class HeardError(Exception):
    """What was told before the work began; the work itself is done on real installations by other tests."""


def hear(words):
    raise HeardError(words)


def test_whoever_waits_for_the_tables_is_told_why():
    bring_up_to_date(hear)

    MigrationRecorder(connection).record_unapplied("timeline", "0005_leave_room_beside_tallies")

    with pytest.raises(HeardError, match="bringing the tables up to date"):
        bring_up_to_date(hear)


def test_an_index_whose_building_was_interrupted_is_let_go_before_the_next_try():
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX half_built ON people_user (name)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_built'::regclass")
        drop_half_built(cursor)
        cursor.execute("SELECT to_regclass('half_built')")
        assert cursor.fetchone() == (None,)
