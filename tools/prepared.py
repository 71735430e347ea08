"""An installation with its tables and nothing else, made once for each state of the migrations, to be copied.

Making the tables takes half a minute of a processor, copying them less than a second, and new migrations begin where a
kept state ends. All is kept in ``.state``, which is not in the repository; the database ``rapport_template`` in it is
what `CREATE DATABASE … TEMPLATE` takes.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import psycopg

from rapport.lib import postgres
from rapport.lib.binaries import found

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".state" / "prepared"
TEMPLATE = "rapport_template"
# The file that says of which migrations one is, and how many states are kept.
TOLD, KEPT = "made-of.json", 3


def new_home(prefix: str) -> Path:
    """A data folder that PostgreSQL's account can reach."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    home.chmod(0o711)
    return home


def another(prefix: str) -> Path:
    """The data folder of one more prepared installation, whose database has a port of its own."""
    STATE.mkdir(parents=True, exist_ok=True)
    # Held while copying too: a run of other migrations takes away what is kept.
    with (STATE.parent / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return copied(kept(), prefix)


def copied(source: Path, prefix: str) -> Path:
    """A data folder like ``source``, whose database has a port of its own."""
    home = new_home(prefix)
    copy(source, home)
    home.chmod(0o711)
    cluster = postgres.noted(home)
    if cluster is None:
        raise FileNotFoundError(home)
    url = postgres.url(cluster.password, postgres.free_port())
    postgres.note(home, replace(cluster, folder=str(home / "database"), url=url))
    return home


def kept() -> Path:
    """Where it lies; made when the migrations have changed. A few of those before stay, to go on from."""
    now = told()
    place = STATE / hashlib.sha256(json.dumps(now).encode()).hexdigest()[:32]
    if place.exists():
        os.utime(place)
        return place
    shutil.rmtree(STATE / "draft", ignore_errors=True)
    olds = sorted((one for one in STATE.iterdir() if (one / TOLD).exists()), key=lambda one: one.stat().st_mtime)
    home, draft = made(nearest(olds, now)), STATE / "draft"
    draft.mkdir()
    copy(home, draft)
    (draft / TOLD).write_text(json.dumps(now))
    draft.rename(place)
    postgres.remove(home)
    for old in {*STATE.iterdir()} - {place, *olds[1 - KEPT :]}:
        shutil.rmtree(old)
    return place


def told() -> dict[str, str]:
    """What the tables depend on: our migrations, those of the libraries, and PostgreSQL."""
    files = [*sorted((ROOT / "rapport").glob("*/migrations/*.py")), ROOT / "requirements-dev.lock"]
    read = {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return {"PostgreSQL": str(found(STATE).folder), **read}


def nearest(olds: Iterable[Path], now: Mapping[str, str]) -> Path | None:
    """The one that the fewest new migrations are missing from, and in which none is that has changed or gone."""
    known = {old: json.loads((old / TOLD).read_text()) for old in olds}
    usable = [old for old, then in known.items() if then.items() <= now.items()]
    return max(usable, key=lambda old: len(known[old]), default=None)


def made(start: Path | None) -> Path:
    home = copied(start, "rapport-prepared-") if start else new_home("rapport-prepared-")
    with postgres.running(home, durable=False) as url:
        surroundings = {**os.environ, "RAPPORT_HOME": str(home), "DATABASE_URL": url}
        command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0", "--no-input"]
        subprocess.run(command, env=surroundings, check=True)
        with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
            server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {postgres.NAME}")
    return home


def copy(source: Path, target: Path) -> None:
    """Copy with owners and times: the database belongs to PostgreSQL's account."""
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)
