"""An installation with its tables and nothing else, made once for each state of the migrations, to be copied.

Making the tables takes half a minute of a processor, copying them less than a second. It is kept in ``.state``, which is
not in the repository; its database ``rapport_template`` is what `CREATE DATABASE … TEMPLATE` takes.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg

from rapport.lib import postgres
from rapport.lib.binaries import found

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".state" / "prepared"
TEMPLATE = "rapport_template"


def new_home(prefix: str) -> Path:
    """A data folder that PostgreSQL's account can reach."""
    home = Path(tempfile.mkdtemp(prefix=prefix))
    home.chmod(0o711)
    return home


def another(prefix: str) -> Path:
    """The data folder of one more prepared installation, whose database has a port of its own."""
    home = new_home(prefix)
    STATE.mkdir(parents=True, exist_ok=True)
    # Held while copying too: a run of other migrations takes away what is kept.
    with (STATE.parent / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        copy(kept(), home)
    home.chmod(0o711)
    cluster = postgres.noted(home)
    if cluster is None:
        raise FileNotFoundError(home)
    url = postgres.url(cluster.password, postgres.free_port())
    postgres.note(home, replace(cluster, folder=str(home / "database"), url=url))
    return home


def kept() -> Path:
    """Where it lies; made when the migrations have changed, and then the one before goes."""
    place = STATE / key()
    if not place.exists():
        for old in STATE.iterdir():
            shutil.rmtree(old)
        home, draft = made(), STATE / "draft"
        draft.mkdir()
        copy(home, draft)
        draft.rename(place)
        postgres.remove(home)
    return place


def key() -> str:
    """What the tables depend on: our migrations, those of the libraries, and PostgreSQL."""
    files = [*sorted((ROOT / "rapport").glob("*/migrations/*.py")), ROOT / "requirements-dev.lock"]
    read = hashlib.sha256(str(found(STATE).folder).encode())
    for file in files:
        read.update(f"\n{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return read.hexdigest()[:32]


def made() -> Path:
    home = new_home("rapport-prepared-")
    with postgres.running(home, durable=False) as url:
        surroundings = {**os.environ, "RAPPORT_HOME": str(home), "DATABASE_URL": url}
        command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0", "--no-input"]
        subprocess.run(command, env=surroundings, check=True)
        with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {postgres.NAME}")
    return home


def copy(source: Path, target: Path) -> None:
    """Copy with owners and times: the database belongs to PostgreSQL's account."""
    subprocess.run(["cp", "-a", f"{source}/.", target], check=True)
