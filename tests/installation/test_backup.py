"""What was backed up comes back whole, or not at all."""

import argparse
import tarfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from rapport.installation import backup, restore
from rapport.lib import installed, postgres
from tests.installation.conftest import new_home, run

TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
TEAMS = "INSERT INTO people_team (name) SELECT 'Größe ' || i || E'\\\\t\\n€' FROM generate_series(1, 500) i"
JOBS = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, scheduled_at)
    SELECT 'q', 't', 'l' || i, jsonb_build_object('text', 'ä"', 'n', i / 3.0), now() FROM generate_series(1, 500) i
"""


@dataclass(frozen=True)
class Original:
    """What was backed up, where it came from and the file that holds it."""

    home: Path
    url: str
    file: Path
    contents: dict[str, list[str]]


@pytest.fixture(scope="module")
def original(new_database, django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of a database with all tables, and something odd in some of them."""
    home = new_home()
    (home / "imports").mkdir()
    (home / "imports" / "kept.csv").write_text("a,b\n1,2\n")
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / ("ab" * 32)).write_bytes(b"%PDF" * 1_000_000)
    installed.secret_key(home)
    url = new_database("rapport_template")
    with psycopg.connect(url) as server:
        server.execute(TEAMS)
        server.execute(JOBS)
    file = tmp_path_factory.mktemp("backups") / "all.backup"
    told = run(home, "backup", file, DATABASE_URL=url)
    assert told.returncode == 0, told.stderr
    yield Original(home, url, file, contents(url))
    postgres.remove(home)


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    row = sql.SQL("SELECT t::text FROM {} AS t")
    with psycopg.connect(url, options="-c timezone=UTC") as server:
        names = [name for (name,) in server.execute(TABLES)]
        return {name: sorted(text for (text,) in server.execute(row.format(sql.Identifier(name)))) for name in names}


@pytest.mark.req("T4")
def test_a_restore_into_an_empty_place_equals_the_original_in_every_table(original, rapport, home, new_database):
    empty = new_database()
    told = rapport("restore", original.file, DATABASE_URL=empty)
    assert told.returncode == 0, told.stderr
    assert len(original.contents) > 30
    assert contents(empty) == original.contents
    assert (home / "imports" / "kept.csv").read_text() == "a,b\n1,2\n"
    attachment = home / "files" / "ab" / ("ab" * 32)
    assert (attachment.read_bytes(), attachment.stat().st_mode & 0o177) == (b"%PDF" * 1_000_000, 0)
    assert installed.secret_key(home) == installed.secret_key(original.home)
    with psycopg.connect(empty) as server:
        server.execute("INSERT INTO people_team (name) VALUES ('the next one')")


def test_a_database_that_holds_something_is_left_alone_unless_told_otherwise(original, rapport, new_database):
    other = new_database("rapport_template")
    told = rapport("restore", original.file, DATABASE_URL=other)
    assert (told.returncode, "--replace" in told.stderr) == (2, True)
    with psycopg.connect(other):
        told = rapport("restore", "--replace", original.file, DATABASE_URL=other)
        assert (told.returncode, "others are at work" in told.stderr) == (2, True)
    assert rapport("restore", "--replace", original.file, DATABASE_URL=other).returncode == 0
    assert contents(other) == original.contents


def test_a_backup_that_does_not_hold_what_it_says_is_undone(original, rapport, new_database, tmp_path):
    with tarfile.open(original.file) as archive:
        archive.extractall(tmp_path, filter="data")
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"rows": 500,', '"rows": 501,'))
    forged = tmp_path / "forged.backup"
    with tarfile.open(forged, "w") as archive:
        archive.add(manifest, "manifest.json")
        archive.add(tmp_path / "database.dump", "database.dump")
    empty = new_database()
    told = rapport("restore", forged, DATABASE_URL=empty)
    assert told.returncode == 1
    assert "people_team: 501 rows" in told.stderr
    assert contents(empty) == {}


def test_a_file_that_is_no_backup_is_refused(tmp_path, capsys):
    file = tmp_path / "letter.txt"
    file.write_text("Dear customer")
    assert restore.run(argparse.Namespace(file=file, replace=False)) == 2
    assert "no backup" in capsys.readouterr().err


def test_a_backup_never_overwrites_a_file(tmp_path):
    file = tmp_path / "precious"
    file.write_text("keep me")
    assert backup.run(argparse.Namespace(file=file)) == 2
    assert file.read_text() == "keep me"


def test_a_backup_is_for_its_owner_alone_and_names_no_password_of_the_database(original):
    assert original.file.stat().st_mode & 0o077 == 0
    with tarfile.open(original.file) as archive:
        assert "files/database.json" not in archive.getnames()
        said = archive.extractfile("manifest.json").read().decode()
    assert conninfo_to_dict(original.url)["password"] not in said
