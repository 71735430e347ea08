"""From every tagged version, with data, to this one: nothing is lost, and every page is there."""

import random
import re
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from rapport.lib import postgres
from soak.checks import equal
from soak.crowd import PAGES
from soak.place import ROOT, FaultError, Place, eventually

# What comes and goes by itself.
OURS = re.compile(r"django_|procrastinate_|pghistory_|auth_permission|people_apitoken")


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def tags() -> list[str]:
    return git("tag", "-l", "v*", "--sort=v:refname").decode().split()


def from_every_tag(_chance: random.Random) -> str:
    found = tags()
    if not found:
        return "there is no tag v* yet"
    return "; ".join(upgraded(tag) for tag in found)


def from_older_commits(_chance: random.Random) -> str:
    """While there are few tags: from the code of some days ago, as far as the history at hand goes."""
    history = git("rev-list", "--first-parent", "HEAD").decode().split()
    return "; ".join(upgraded(history[back]) for back in (20, 100) if back < len(history)) or "there is no older commit"


def upgraded(revision: str) -> str:
    """The demo company made by that version, then this one on the same folder."""
    with tempfile.TemporaryDirectory(prefix="rapport-soak-") as outer:
        folder = Path(outer)
        folder.chmod(0o711)
        code, home = folder / "code", folder / "home"
        home.mkdir(mode=0o711)
        with tarfile.open(fileobj=BytesIO(git("archive", revision))) as archive:
            archive.extractall(code, filter="data")
        built = Path("rapport/ui/static/ui/built")
        if not (code / built).exists():
            (code / built).symlink_to(ROOT / built)
        try:
            return brought_up(revision, Place(home, code), home)
        finally:
            postgres.remove(home)


def brought_up(revision: str, old: Place, home: Path) -> str:
    old.run("demo")
    with postgres.running(home):
        before = rows(old)
    new = Place(home)
    try:
        new.start()
        lost = {table: (count, after) for table, count in before.items() if (after := rows(new).get(table, 0)) < count}
        equal("tables with fewer rows than before", lost, {})
        shown(new)
        new.stop()
    finally:
        if new.process:
            new.process.kill()
            new.process.wait()
            eventually(lambda: not new.left_over(), 60, "nothing is left over")
    return f"{revision[:12]}: {sum(before.values()):,} rows in {len(before)} tables kept"


def rows(place: Place) -> dict[str, int]:
    names = place.ask(
        "SELECT array_agg(relname::text) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )[0]
    return {name: place.count(f'"{name}"') for name in names if not OURS.match(name)}


def shown(place: Place) -> None:
    from soak.place import Browser  # noqa: PLC0415

    place.people()
    browser = Browser(place)
    wrong = {path: answer.status_code for path in PAGES if (answer := browser.get(path)).status_code >= 400}
    customer = place.ask("SELECT min(id) FROM customers_customer WHERE merged_into_id IS NULL")[0]
    page = browser.get(f"/customers/{customer}/").status_code
    if wrong or page >= 400:
        message = f"pages that were not shown: {wrong}, a customer's {page}"
        raise FaultError(message)
