"""The embedded database: starts when needed, stops with the last to leave, survives whoever is killed."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from rapport.lib import binaries, installed, keeper, postgres

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has other accounts to care about")


def ask(url: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as server:
        row = server.execute("SELECT 1").fetchone()
    return row and row[0]


def works(url: str) -> bool:
    try:
        return ask(url) == 1
    except psycopg.OperationalError:
        return False


def postmaster(home: Path) -> int:
    cluster = postgres.noted(home)
    assert cluster
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def is_up(home: Path) -> bool:
    cluster = postgres.noted(home)
    return bool(cluster) and postgres.is_up(home, cluster)


def eventually(true: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.05)


@contextmanager
def another_holder(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that needs the database until it is told to end."""
    script = """
        import sys
        from pathlib import Path
        from rapport.lib import postgres
        with postgres.running(Path(sys.argv[1]), durable=True) as url:
            print(url, flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


def test_it_runs_inside_the_block_and_keeps_what_was_written(home):
    with postgres.running(home, durable=False) as url, psycopg.connect(url) as server:
        server.execute("CREATE TABLE kept AS SELECT 1")
    assert not is_up(home)
    assert installed.embedded_url(home) == url
    with postgres.running(home, durable=False) as url, psycopg.connect(url) as server:
        assert server.execute("SELECT * FROM kept").fetchall() == [(1,)]


def test_the_last_of_two_holders_stops_it(home):
    with another_holder(home) as other:
        with postgres.running(home, durable=False) as url:
            assert ask(url) == 1
        assert is_up(home)
        other.communicate("")
        assert not is_up(home)


def test_a_killed_holder_is_forgotten(home):
    with another_holder(home) as other:
        other.kill()
        other.wait()
    assert is_up(home)
    with postgres.running(home, durable=False) as url:
        assert ask(url) == 1
    assert not is_up(home)


def test_after_the_server_was_killed_it_starts_again_with_what_was_committed(home):
    with another_holder(home) as other:
        with psycopg.connect(installed.embedded_url(home)) as server:
            server.execute("CREATE TABLE kept AS SELECT 1")
        os.kill(postmaster(home), signal.SIGKILL)
        other.kill()
        other.wait()
    with postgres.running(home, durable=False) as url, psycopg.connect(url) as server:
        assert server.execute("SELECT * FROM kept").fetchall() == [(1,)]


def test_the_keeper_brings_a_killed_server_back_at_the_same_address(home):
    with keeper.kept(home, "--careless") as url:
        first = postmaster(home)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: is_up(home) and postmaster(home) != first)
        eventually(lambda: works(url))
    assert not is_up(home)


def test_the_keeper_lets_go_when_its_parent_is_killed(home):
    script = """
        import sys, time
        from pathlib import Path
        from rapport.lib import keeper
        with keeper.kept(Path(sys.argv[1]), "--careless") as url:
            print(url, flush=True)
            time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        parent.stdout.readline()
        assert is_up(home)
        parent.kill()
    eventually(lambda: not is_up(home))


def test_a_port_that_somebody_else_took_is_given_up(home):
    with postgres.running(home, durable=False):
        cluster = postgres.noted(home)
    with socket.socket() as squatter:
        # Connections that were just closed still linger at the address.
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", cluster.port))
        squatter.listen()
        with postgres.running(home, durable=False) as url:
            assert ask(url) == 1
            assert postgres.noted(home).port != cluster.port


def test_a_database_of_another_version_is_refused_with_the_way_out(home):
    with postgres.running(home, durable=False):
        pass
    (postgres.noted(home).data / "PG_VERSION").write_text("14\n")
    with pytest.raises(binaries.DatabaseError, match=r"made by PostgreSQL 14.*PGBIN.*rapport backup.*rapport restore"):
        postgres.running(home).__enter__()


def test_passwords_are_needed_and_only_this_machine_is_served(home):
    with postgres.running(home, durable=False) as url:
        with psycopg.connect(url) as server:
            assert server.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url, password="wrong")


@as_root
def test_a_data_folder_out_of_the_accounts_reach_keeps_its_database_elsewhere(tmp_path):
    tmp_path.chmod(0o700)
    try:
        with postgres.running(tmp_path, durable=False) as url:
            assert ask(url) == 1
        cluster = postgres.noted(tmp_path)
        assert Path(cluster.folder).parent == binaries.REACHABLE
        assert tmp_path.stat().st_mode & 0o777 == 0o700
    finally:
        postgres.remove(tmp_path)


@as_root
def test_root_may_lend_a_hand_in_the_folder_of_another_account(home):
    owner = binaries.account(home)
    os.chown(home, owner.uid, owner.gid)
    with postgres.running(home, durable=False) as url:
        assert ask(url) == 1
    assert {file.stat().st_uid for file in home.rglob("*")} == {owner.uid}
    told = subprocess.run(
        ["/bin/cat", home / installed.DATABASE], user=owner.uid, group=owner.gid, capture_output=True, check=False
    )
    assert url in told.stdout.decode()
