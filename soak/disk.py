"""The disk of the database is full in the middle of an import: what people are told, and that all goes on afterwards."""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

from rapport.lib import postgres
from soak.checks import settled, sound
from soak.deeds import Batches, Import
from soak.place import Browser, FaultError, Place, eventually, installation

DISK_MB, ROOM_MB = 700, 24
# More than a piece of the log (16 MB), less than the table of so many customers.
LARGEST_FILE_MB = 20
ROWS, ROWS_BEYOND_A_FILE = 60_000, 200_000


def full(_chance: random.Random) -> str:
    """A small file system of its own, filled up; needs root."""
    if os.geteuid() != 0:
        return "not tried: needs root, to mount a small file system"
    with tempfile.TemporaryDirectory(prefix="rapport-soak-disk-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=711", "none", folder], check=True)
        try:
            with installation(Path(folder)) as place:
                return lived_through(place, ballast(Path(folder)), ROWS)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def ballast(folder: Path) -> Iterator[None]:
    file = folder / "ballast"
    with file.open("wb") as out:
        left = shutil.disk_usage(folder).free - ROOM_MB * 2**20
        os.posix_fallocate(out.fileno(), 0, left)
    try:
        yield
    finally:
        file.unlink()


def files(_chance: random.Random) -> str:
    """No file of the database may grow beyond a size: each table meets the end of the disk by itself."""
    with installation() as place:
        return lived_through(place, limit(place), ROWS_BEYOND_A_FILE)


@contextmanager
def limit(place: Place) -> Iterator[None]:
    bound(place, LARGEST_FILE_MB * 2**20)
    try:
        yield
    finally:
        bound(place, None)


def bound(place: Place, size: int | None) -> None:
    """For the server and whoever it forks from now on; processes that are there already, too."""
    cluster = postgres.noted(place.home)
    for pid in place.left_over():
        process = Path(f"/proc/{pid}")
        if cluster and (process / "cwd").resolve() == cluster.data.resolve():
            # Only the soft limit, and as the account the server runs under: root itself may lack the right to it.
            command = ["prlimit", f"--pid={pid}", f"--fsize={'unlimited' if size is None else size}:"]
            account = process.stat()
            done = subprocess.run(
                command,
                user=account.st_uid,
                group=account.st_gid,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
            # One that has ended meanwhile needs no limit.
            if done.returncode and process.exists():
                raise FaultError(done.stderr)


def lived_through(place: Place, trouble: AbstractContextManager[None], rows: int) -> str:
    people, shop = Import(place, "people", rows=rows), Batches(place, "shop", batches=2)
    browser = Browser(place)
    with trouble:
        people.begin()
        eventually(lambda: told(browser, people), 180, "somebody is told that something is wrong", pause=1)
        words = f"{told(browser, people) or 'nothing any more'}; {form_sent(browser)}"
    shop.begin()
    shop.finish()
    people.finish()
    settled(place)
    people.check()
    shop.check()
    sound(place)
    return f"{words}; afterwards all went on"


def told(browser: Browser, people: Import) -> str:
    """What the page of the import says is wrong."""
    try:
        page = browser.get(f"/imports/{people.number}/")
    except httpx.HTTPError:
        return ""
    if "disk of the" in page.text and "is full" in page.text:
        return f"the page of the import ({page.status_code}) said that the disk is full"
    return "the page said that the database is away" if page.status_code == httpx.codes.SERVICE_UNAVAILABLE else ""


def form_sent(browser: Browser) -> str:
    try:
        answer = browser.post("/customers/new/", {"kind": "person", "name": "Ann Lee"})
    except httpx.HTTPError:
        return "a form had no answer"
    if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
        message = "a form was answered with 500 while the disk was full"
        raise FaultError(message)
    return f"a form was answered with {answer.status_code}"
