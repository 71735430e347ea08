"""``rapport serve``: four children, restarted whatever ends them, and all gone when it goes."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rapport.lib import postgres
from tests.installation.conftest import new_home, surroundings

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at its children in /proc")


@dataclass
class Server:
    """A running ``rapport serve``."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def health(self) -> tuple[int, dict[str, str]]:
        try:
            where = f"http://127.0.0.1:{self.environment['RAPPORT_PORT']}/health"
            with urllib.request.urlopen(where, timeout=3) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def is_well(self) -> bool:
        return self.health()[0] == 200

    def child(self, words: str) -> int:
        """The process id of the child whose command holds ``words``; 0 when there is none."""
        found = [pid for pid in children(self.process.pid) if words in command(pid)]
        return found[0] if found else 0


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def children(parent: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(true: Callable[[], object], seconds: float = 120) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def start(home: Path, environment: dict[str, str]) -> Server:
    process = subprocess.Popen([sys.executable, "-m", "rapport", "serve"], env=environment, stdout=subprocess.DEVNULL)
    server = Server(home, environment, process)
    if not eventually(lambda: server.is_well() or process.poll() is not None, 240):
        process.terminate()
        process.wait(60)
    return server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    home = new_home()
    found = start(home, surroundings(home))
    assert found.is_well()
    yield found
    found.process.kill()
    found.process.wait()
    assert eventually(lambda: not postgres.answers(postgres.noted(home)))
    postgres.remove(home)


def test_health_tells_that_all_is_well(server):
    assert server.health() == (200, {"status": "ok", "web": "ok", "database": "ok", "worker": "ok"})


@pytest.mark.parametrize("words", ["rapport worker", "granian", "rapport.lib.keeper"])
def test_a_killed_child_is_started_again(server, words):
    first = server.child(words)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: server.child(words) not in {0, first})
    assert eventually(server.is_well)


def test_while_the_database_is_down_health_says_so_in_time(server):
    database = int((postgres.noted(server.home).data / "postmaster.pid").read_text().split()[0])
    os.kill(database, signal.SIGSTOP)
    try:
        began = time.monotonic()
        status, told = server.health()
        assert time.monotonic() - began < 3
        assert (status, told["database"]) == (503, "it does not answer")
    finally:
        os.kill(database, signal.SIGCONT)
    os.kill(database, signal.SIGKILL)
    assert eventually(lambda: server.health()[0] in {503, 200})
    assert eventually(server.is_well)


def test_a_second_server_on_the_same_port_is_refused(server):
    told = subprocess.run(
        [sys.executable, "-m", "rapport", "serve"],
        env=server.environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (told.returncode, "RAPPORT_PORT" in told.stderr) == (2, True)
    assert eventually(server.is_well)


def test_told_to_stop_it_takes_everything_along(server):
    family = [pid for child in children(server.process.pid) for pid in [child, *children(child)]]
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert not [pid for pid in family if is_alive(pid)]
    assert not postgres.is_up(server.home, postgres.noted(server.home))


def test_killed_it_leaves_nothing_behind_and_starts_again(server):
    again = start(server.home, server.environment)
    assert again.is_well()
    family = [pid for child in children(again.process.pid) for pid in [child, *children(child)]]
    again.process.kill()
    again.process.wait()
    assert eventually(lambda: not [pid for pid in family if is_alive(pid)], 20)
    assert not postgres.is_up(server.home, postgres.noted(server.home))
