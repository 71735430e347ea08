"""A real installation in a folder to throw away, whose parts can be killed; only processes that it started are touched."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import psycopg

from rapport.lib import installed, postgres

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "soak@rapport.example", "a long enough password"
START_SECONDS = 600
VICTIMS = ("parent", "web", "worker", "database")
# The reader of mailboxes answers nobody and runs no jobs.
READING = ("parent", "reader", "database")


class FaultError(Exception):
    """What must never be, was."""


def eventually(true: Callable[[], object], seconds: float, what: str, pause: float = 0.1) -> None:
    """Wait until it is true. FaultError after ``seconds``."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            message = f"{what}: not within {seconds:.0f} s"
            raise FaultError(message)
        time.sleep(pause)


class Place:
    """An installation with an administrator; ``code`` is the folder of the Rapport that runs there."""

    def __init__(self, home: Path, code: Path = ROOT, more: Mapping[str, str] = MappingProxyType({})) -> None:
        self.home, self.code = home, code
        usual = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PGBIN"}}
        self.port = postgres.free_port()
        self.environment = {
            **usual, "RAPPORT_HOME": str(home), "RAPPORT_PORT": str(self.port), "PYTHONPATH": str(code), **more,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.log = home.parent / "log.txt"
        self.token = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rapport", "serve"],
                env=self.environment, cwd=self.code, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        eventually(self.is_well, START_SECONDS, "the server starts")

    def stop(self) -> None:
        """Stop it as a person would, and see that nothing is left over."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
            self.process = None
        eventually(lambda: not self.left_over(), 30, f"no process is left over, but {self.left_over()}")

    def run(self, *words: str, said: str = "") -> str:
        """A command of Rapport's, to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "rapport", *words],
            env=self.environment, cwd=self.code, input=said, capture_output=True, text=True, timeout=1800, check=False,
        )  # fmt: skip
        if done.returncode:
            message = f"rapport {words[0]} ended with {done.returncode}: {done.stderr.strip()}"
            raise FaultError(message)
        return done.stdout.strip()

    def people(self) -> None:
        """An administrator, and a token that may do what they may."""
        self.run("user", EMAIL, "--role", "administrator", said=f"{PASSWORD}\n")
        self.token = self.run("token", EMAIL)

    def health(self) -> tuple[int, dict[str, str]]:
        with suppress(httpx.HTTPError, ValueError):
            answer = httpx.get(f"{self.address}/health", timeout=5)
            return answer.status_code, answer.json()
        return 0, {}

    def is_well(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            message = f"the server ended by itself:\n{self.tail()}"
            raise FaultError(message)
        return self.health()[0] == httpx.codes.OK

    def tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # Looking from outside.

    def database(self) -> psycopg.Connection[Any]:
        return psycopg.connect(installed.embedded_url(self.home), autocommit=True, connect_timeout=5)

    def ask(self, query: str, *values: object) -> tuple[Any, ...]:
        """The first row; waits while the database is away."""
        until = time.monotonic() + 120
        while True:
            try:
                with self.database() as server:
                    return server.execute(query.encode(), values or None).fetchone() or (None,)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def count(self, what: str, *values: object) -> int:
        return int(self.ask(f"SELECT count(*) FROM {what}", *values)[0])

    # Processes.

    def pid(self, victim: str) -> int:
        """The process id of a part. FaultError when it does not run."""
        if victim == "parent" and self.process:
            return self.process.pid
        if victim == "database":
            cluster = postgres.noted(self.home)
            file = cluster.data / "postmaster.pid" if cluster else Path("none")
            return int(file.read_text().split()[0]) if file.exists() else 0
        words = {"web": "granian", "worker": "rapport worker", "reader": "rapport mailbox"}[victim]
        for pid in children(self.process.pid if self.process else 0):
            if words in command(pid):
                return pid
        message = f"there is no {victim}"
        raise FaultError(message)

    def kill(self, victim: str) -> None:
        """SIGKILL; a parent is started again, as whoever looks after the machine would do."""
        pid = self.pid(victim)
        before = self.left_over()
        if pid not in before:
            message = f"{pid} is none of ours"
            raise FaultError(message)
        os.kill(pid, signal.SIGKILL)
        if victim == "parent" and self.process:
            self.process.wait()
            eventually(lambda: not self.left_over(), 60, "a killed parent leaves nothing behind")
            self.start()
        elif victim == "database":
            eventually(lambda: self.pid("database") not in {0, pid}, 120, "the database comes back")
        else:
            eventually(lambda: self.pid_or_none(victim) not in {0, pid}, 60, f"the {victim} comes back")
        eventually(self.is_well, 120, f"all is well again after the {victim} was killed")

    def pid_or_none(self, victim: str) -> int:
        try:
            return self.pid(victim)
        except FaultError:
            return 0

    def left_over(self) -> set[int]:
        """Processes that live for this installation: by their environment, or by where they stand."""
        cluster = postgres.noted(self.home)
        folder = str(cluster.data) if cluster else "-"
        mark = f"RAPPORT_HOME={self.home}".encode()
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                ours = str((process / "cwd").readlink()) == folder
                ours = ours or mark in (process / "environ").read_bytes().split(b"\0")
                if ours and not is_zombie(process):
                    found.add(int(process.name))
        return found

    def restart_database(self, how: str) -> None:
        """`pg_ctl restart`, as an administrator does it: smart, fast or immediate."""
        cluster = postgres.noted(self.home)
        if cluster is None:
            message = "no database is noted"
            raise FaultError(message)
        from rapport.lib.binaries import found  # noqa: PLC0415

        told = found(self.home).run(
            "pg_ctl", "-D", cluster.data, "-l", cluster.data / "start.log", "-m", how, "-w", "restart", timeout=90
        )
        if told.returncode:
            message = f"pg_ctl restart -m {how}: {told.stderr.strip()}"
            raise FaultError(message)


def is_zombie(process: Path) -> bool:
    return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


def children(parent: int) -> list[int]:
    with suppress(OSError):
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return []


def command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


class Browser:
    """Somebody at a browser, who tries again when no answer comes."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.client = httpx.Client(base_url=place.address, timeout=30)
        self.sign_in()

    def sign_in(self) -> None:
        self.client.get("/accounts/login/")
        answer = self.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
        if answer.status_code != httpx.codes.FOUND:
            message = f"the sign-in answered {answer.status_code}"
            raise FaultError(message)

    def post(self, path: str, data: dict[str, str], files: Any = None) -> httpx.Response:
        data = {**data, "csrfmiddlewaretoken": self.client.cookies.get("csrftoken") or ""}
        return self.client.post(path, data=data, files=files)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def bring(self, file: Path, columns: tuple[str, ...], source: str) -> int:
        """Upload a file of customers, say what its columns are, and start; the number of the import."""
        with file.open("rb") as content:
            sent = self.post("/imports/new/", {"kind": "customers"}, {"file": (file.name, content, "text/csv")})
        found = re.search(r"/imports/(\d+)/", sent.headers.get("Location", ""))
        if not found:
            message = f"the upload answered {sent.status_code}"
            raise FaultError(message)
        said = {"header": "on", "source": source, **{f"column-{place}": name for place, name in enumerate(columns)}}
        begun = self.post(f"/imports/{found[1]}/start/", said)
        if begun.status_code != httpx.codes.FOUND:
            message = f"the start of the import answered {begun.status_code}"
            raise FaultError(message)
        return int(found[1])


class Program:
    """A program with a token that sends again until it is answered with 2xx, or a refusal that sending again can't mend."""

    def __init__(self, place: Place) -> None:
        self.client = httpx.Client(
            base_url=f"{place.address}/api/v1", timeout=60, headers={"Authorization": f"Bearer {place.token}"}
        )
        # Statuses that came, 0 where none came.
        self.met: dict[int, int] = {}

    def send(self, method: str, path: str, body: Any = None, seconds: float = 180, *, done: int = 0) -> Any:
        """The answer; None where ``done`` says that an earlier try, which nobody answered, has done it."""
        until = time.monotonic() + seconds
        while True:
            status = 0
            with suppress(httpx.HTTPError):
                answer = self.client.request(method, path, json=body)
                status = answer.status_code
            self.met[status] = self.met.get(status, 0) + 1
            if status and status < httpx.codes.BAD_REQUEST:
                return answer.json() if answer.content else None
            if status and status == done:
                return None
            if status not in {0, httpx.codes.SERVICE_UNAVAILABLE}:
                message = f"{method} {path} answered {status}: {answer.text[:300]}"
                raise FaultError(message)
            if time.monotonic() > until:
                message = f"{method} {path}: no answer within {seconds:.0f} s"
                raise FaultError(message)
            time.sleep(0.2)


@contextmanager
def installation(folder: Path | None = None, more: Mapping[str, str] | None = None) -> Iterator[Place]:
    """One that runs, with an administrator; stopped and deleted afterwards, with a look at what it leaves running."""
    with tempfile.TemporaryDirectory(prefix="rapport-soak-", dir=folder) as outer:
        Path(outer).chmod(0o711)
        home = Path(outer) / "home"
        home.mkdir(mode=0o711)
        place = Place(home, more=more or {})
        try:
            place.start()
            place.people()
            yield place
            place.stop()
        finally:
            if place.process:
                place.process.kill()
                place.process.wait()
                with suppress(FaultError):
                    eventually(lambda: not place.left_over(), 60, "nothing is left over")
            postgres.remove(home)
