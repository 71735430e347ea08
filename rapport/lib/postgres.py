"""Run the embedded PostgreSQL: made on first use, shared by all who need it, stopped by the last to leave."""

import fcntl
import json
import os
import random
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from rapport.lib import installed
from rapport.lib.binaries import REACHABLE, DatabaseError, found

NAME = "rapport"
START_SECONDS = 60
STOP_SECONDS = 30
# Above the highest process id that Linux gives out.
NOBODY = 2**22 + 1


@dataclass(frozen=True)
class Cluster:
    """Where the embedded database lies and answers."""

    folder: str
    url: str

    @property
    def data(self) -> Path:
        return Path(self.folder) / "data"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    @property
    def password(self) -> str:
        return urlsplit(self.url).password or ""


@contextmanager
def running(home: Path, *, durable: bool = True) -> Iterator[str]:
    """The URL of the embedded database of ``home``, which runs at least until the end of the block.

    Everyone inside holds a shared lock, which the system takes back even from the killed; who leaves and finds no
    other holder stops the database. The door lets one at a time in or out, so nobody enters while it stops.
    """
    with lock_file(home / "database.lock") as held:
        with door(home):
            fcntl.flock(held, fcntl.LOCK_SH)
            cluster = started(home, durable=durable)
        try:
            yield cluster.url
        finally:
            with door(home), suppress(BlockingIOError):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(home)


@contextmanager
def door(home: Path) -> Iterator[None]:
    with lock_file(home / "database.door") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock_file(file: Path) -> TextIO:
    try:
        if not file.exists():
            installed.private(file, "", replace=False)
        return file.open("a")
    except PermissionError as error:
        message = f"{file.parent} belongs to somebody else: run as its owner, or set RAPPORT_HOME to a folder of yours."
        raise DatabaseError(message) from error


def noted(home: Path) -> Cluster | None:
    """The cluster that ``home`` knows of."""
    file = home / installed.DATABASE
    return Cluster(**json.loads(file.read_text())) if file.exists() else None


def note(home: Path, cluster: Cluster) -> Cluster:
    installed.private(home / installed.DATABASE, json.dumps(asdict(cluster), indent=1))
    return cluster


def is_up(home: Path, cluster: Cluster) -> bool:
    """Whether the server runs, as PostgreSQL itself says: a pid file alone may be stale."""
    bury(cluster)
    return found(home).run("pg_ctl", "-D", cluster.data, "status").returncode == 0


def bury(cluster: Cluster) -> None:
    """Put a pid that nobody can have in place of one that is no longer the server's.

    A killed server that nobody reaps (in a container), or another process with its number, looks alive to PostgreSQL.
    The rest of the file stays: it guards against backends that still hang on to the shared memory.
    """
    file = cluster.data / "postmaster.pid"
    if not Path("/proc/self").exists() or not file.exists():
        return
    pid, _, rest = file.read_text().partition("\n")
    if not is_server(pid.strip(), cluster):
        file.write_text(f"{NOBODY}\n{rest}")


def is_server(pid: str, cluster: Cluster) -> bool:
    process = Path("/proc") / pid
    try:
        zombie = (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        return not zombie and (process / "cwd").resolve() == cluster.data.resolve()
    except OSError:
        return False


def answers(cluster: Cluster) -> bool:
    """Whether the server's port is open: cheap enough to ask every second."""
    try:
        with socket.create_connection(("127.0.0.1", cluster.port), timeout=5):
            return True
    except OSError:
        return False


def revive(home: Path, *, durable: bool = True) -> None:
    """Bring a crashed server back, for a holder who is still inside."""
    with door(home):
        started(home, durable=durable)


def started(home: Path, *, durable: bool) -> Cluster:
    cluster = noted(home) or make(home)
    refuse_other_version(home, cluster)
    if not is_up(home, cluster):
        cluster = start(home, cluster, durable=durable)
    create_database(cluster)
    return cluster


def make(home: Path) -> Cluster:
    """A new, empty cluster, whole or not at all."""
    folder = place(home)
    draft = folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    if (folder / "data").exists():
        message = f"{folder / 'data'} holds a database that {home} knows nothing of. Move it away, or set RAPPORT_HOME."
        raise DatabaseError(message)
    password = secrets.token_urlsafe(24)
    programs = found(home)
    with password_file(folder, password) as secret:
        programs.own(secret)
        choices = ["-U", NAME, "-E", "UTF8", "--auth=scram-sha-256", f"--pwfile={secret}", "--data-checksums"]
        told = programs.run("initdb", "-D", draft, *choices, *locale(programs.version))
    if told.returncode:
        message = f"PostgreSQL could not make a database in {folder}: {told.stderr.strip() or told.stdout.strip()}"
        raise DatabaseError(message)
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude_if_exists = 'rapport.conf'\n")
    draft.rename(folder / "data")
    return note(home, Cluster(str(folder), url(password, free_port())))


def place(home: Path) -> Path:
    """The folder for a new cluster: in ``home``, unless PostgreSQL's account cannot get there."""
    programs = found(home)
    folder = home / "database"
    if not programs.reach(home):
        folder = REACHABLE / f"{home.name.strip('.') or 'home'}-{secrets.token_hex(6)}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.parent.stat().st_uid == os.geteuid():
            folder.parent.chmod(0o755)
    folder.mkdir(mode=0o700, exist_ok=True)
    programs.own(folder)
    return folder


@contextmanager
def password_file(folder: Path, password: str) -> Iterator[Path]:
    file = folder / "password"
    installed.private(file, password)
    try:
        yield file
    finally:
        file.unlink()


def locale(version: int) -> list[str]:
    """Plain code-point order: sort keys are computed by Rapport, and no ICU is needed."""
    if version < 17:  # noqa: PLR2004
        return ["--locale=C.UTF-8"]
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8"]


def url(password: str, port: int, name: str = NAME) -> str:
    return f"postgresql://{NAME}:{password}@127.0.0.1:{port}/{name}"


def free_port() -> int:
    """A port below those that the system lends to outgoing connections, so that it is free again after a crash."""
    while not is_free(port := random.randrange(15432, 32000)):  # noqa: S311
        pass
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def refuse_other_version(home: Path, cluster: Cluster) -> None:
    made_by = int((cluster.data / "PG_VERSION").read_text())
    programs = found(home)
    if made_by != programs.version:
        message = (
            f"The database in {cluster.data} was made by PostgreSQL {made_by}, but {programs.folder} is version "
            f"{programs.version}. With PGBIN set to the programs of version {made_by} run `rapport backup FILE`; "
            "then, without PGBIN and with a new RAPPORT_HOME, run `rapport restore FILE`."
        )
        raise DatabaseError(message)


def start(home: Path, cluster: Cluster, *, durable: bool) -> Cluster:
    """Start the server, on its old port if that is still free."""
    if not is_free(cluster.port):
        cluster = note(home, Cluster(cluster.folder, url(cluster.password, free_port())))
    configure(home, cluster, durable=durable)
    log = cluster.data / "start.log"
    patience = ["-w", "-t", str(START_SECONDS)]
    told = found(home).run("pg_ctl", "-D", cluster.data, "-l", log, *patience, "start", timeout=START_SECONDS + 30)
    if told.returncode:
        message = f"PostgreSQL did not start: {told.stderr.strip()}\n{tail(log)}"
        raise DatabaseError(message)
    return cluster


def configure(home: Path, cluster: Cluster, *, durable: bool) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    lines = [
        "listen_addresses = '127.0.0.1'",
        f"port = {cluster.port}",
        "unix_socket_directories = ''",
        "max_connections = 100",
        f"shared_buffers = {min(max(memory // 8, 64), 2048)}MB",
        f"effective_cache_size = {max(memory // 2, 128)}MB",
        "work_mem = 16MB",
        "maintenance_work_mem = 128MB",
        "max_wal_size = 2GB",
        "random_page_cost = 1.1",
        "jit = off",
        "timezone = 'UTC'",
        "logging_collector = on",
        "log_filename = '%a.log'",
        "log_truncate_on_rotation = on",
        "log_rotation_size = 0",
        # Complaints about statements repeat values of people; whoever sent the statement is told them anyhow.
        "log_min_messages = log",
        "log_min_error_statement = panic",
        "log_error_verbosity = terse",
    ]
    if not durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off", "shared_buffers = 128MB"]
    file = cluster.data / "rapport.conf"
    file.unlink(missing_ok=True)
    installed.private(file, "\n".join(lines) + "\n")
    found(home).own(file)


def stop(home: Path) -> None:
    """Stop the server; whoever is still connected is sent away."""
    cluster = noted(home)
    if cluster:
        patience = ["-m", "fast", "-w", "-t", str(STOP_SECONDS)]
        found(home).run("pg_ctl", "-D", cluster.data, *patience, "stop", timeout=STOP_SECONDS + 30)


def create_database(cluster: Cluster) -> None:
    with psycopg.connect(
        url(cluster.password, cluster.port, "postgres"), autocommit=True, connect_timeout=10
    ) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""


def remove(home: Path) -> None:
    """Delete a throw-away cluster wherever it lies, and its home."""
    cluster = noted(home)
    if cluster:
        shutil.rmtree(cluster.folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
