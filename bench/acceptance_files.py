"""Address books and calendars in, every card and every entry accounted for beside an independent computation.

A part of `make acceptance`; alone: `python -m bench.acceptance_files`. Prints the tables of docs/acceptance.md. Ends
with 1 when a figure differs. The computations count lines of the files; nothing of Rapport or of a library reads them.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.alone import installation

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
BOOKS, CALENDARS = DATA / "contacts_vcard_csv", DATA / "calendar_ics"
OUTCOMES = ("taken", "known", "cancelled", "own", "stranger", "private", "outside", "other", "refused")
MEETING, PEOPLE = "VEVENT", re.compile(r"^(ATTENDEE|ORGANIZER)\b[^:]*:.*@", re.MULTILINE | re.IGNORECASE)


def main() -> int:
    """Alone, with a database of its own."""
    if not DATA.is_dir():
        print("The data sets are not beside this checkout (../shared/data): nothing to accept.")
        return 0
    with installation() as url:
        return accept(url)


def accept(url: str) -> int:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url, autocommit=True) as database:
        faults = [*books(database), *calendars(database)]
    for fault in faults:
        print(f"DIFFERS: {fault}")
    return 1 if faults else 0


def books(database: Any) -> Iterator[str]:
    """Each file by suggestion alone; a card is created, updates somebody, or failed with a reason."""
    print("\n| address book | cards | created | updated | skipped | failed | again | e-mails | names |")
    print("|---|--:|--:|--:|--:|--:|---|--:|--:|")
    for path in sorted((*BOOKS.rglob("*.vcf"), *BOOKS.rglob("*.csv"))):
        yield from book(path, database)


def book(path: Path, database: Any) -> Iterator[str]:
    source = f"book {path.stem.lower()} {path.suffix}"
    found, again = imported(path, source), imported(path, source)
    text = cards(path)
    wanted = (
        len(re.findall(r"^\s*BEGIN:VCARD\s*$", text, re.MULTILINE | re.IGNORECASE))
        if path.suffix == ".vcf"
        else found["rows"]
    )
    emails = {
        one.lower()
        for one in re.findall(
            r"^(?:[\w-]+\.)?EMAIL[^:\n]*:\s*(?:mailto:)?(\S+@\S+?)\s*$", text, re.MULTILINE | re.IGNORECASE
        )
    }
    held = {row[0] for row in database.execute("SELECT key FROM customers_identifier WHERE kind = 'email'")}
    names = database.execute(
        "SELECT count(*) FROM customers_sourcerecord WHERE source = %s AND claims ? 'name'", [source]
    ).fetchone()[0]
    if found["rows"] != wanted or found["rows"] != sum(
        found[name] for name in ("created", "updated", "skipped", "failed")
    ):
        yield f"{path.name}: {found}, cards counted apart {wanted}"
    if not found["failed"] and emails - held:
        yield f"{path.name}: e-mails missing {sorted(emails - held)}"
    if again["skipped"] + again["failed"] != again["rows"]:
        yield f"{path.name}: imported again, {again}"
    numbers = " | ".join(f"{found[name]:,}" for name in ("rows", "created", "updated", "skipped", "failed"))
    print(f"| {path.name} | {numbers} | nothing new | {len(emails & held)} of {len(emails)} | {names} |", flush=True)


def cards(path: Path) -> str:
    """The text of a file of cards, its folded lines put together."""
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", errors="replace")
    return re.sub(r"\r?\n[ \t]", "", text)


def imported(path: Path, source: str) -> dict[str, int]:
    command = ["import", "customers", str(path), "--source", source, "--yes", "--json"]
    return last_line(command)


def last_line(command: list[str]) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "rapport", *command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    counts: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return counts


def calendars(database: Any) -> Iterator[str]:
    """All calendar files as one folder: first nobody is known, then everybody who takes part becomes a customer."""
    print("\n| calendars | files | not one | entries | " + " | ".join(OUTCOMES) + " | meetings | seconds |")
    print("|---|--:|--:|--:|" + "--:|" * (len(OUTCOMES) + 2))
    entries = Counter[str]()
    with_people = 0
    for path in sorted(CALENDARS.rglob("*.ics")):
        for name, text in entries_of(path):
            entries[MEETING if name == MEETING else "other"] += 1
            with_people += name == MEETING and PEOPLE.search(text) is not None
    first = read("nobody known", [])
    second = read("who takes part becomes a customer", ["--newcomers"])
    third = read("the same again", ["--newcomers"])
    for found in (first, second, third):
        if found["entries"] != entries.total() or found["other"] != entries["other"]:
            yield f"calendars: {found}, counted apart {dict(entries)}"
        if found["entries"] != sum(found[name] for name in OUTCOMES):
            yield f"calendars: {found} does not add up"
    if first["taken"] or first["stranger"] > with_people:
        yield f"calendars: nobody is known, yet {first}, counted apart {with_people} with people"
    if not second["taken"] or third["taken"] or third["meetings"]:
        yield f"calendars: {second}, then {third}"
    meetings = database.execute("SELECT count(*) FROM calendars_meeting").fetchone()[0]
    if meetings != second["meetings"]:
        yield f"calendars: {meetings} meetings, told {second['meetings']}"
    reasons = database.execute(
        "SELECT reason, count(*) FROM calendars_readingline WHERE outcome = 'refused' AND reading_id <= "
        "(SELECT max(id) / 3 FROM calendars_reading) GROUP BY 1 ORDER BY 1"
    )
    print("\nRefused because of: " + ", ".join(f"{reason} {count}" for reason, count in reasons))
    print(
        f"Entries counted apart: {entries[MEETING]} meetings, {with_people} of them with people; {entries['other']} others"
    )


def read(title: str, more: list[str]) -> dict[str, int]:
    start = time.perf_counter()
    found = last_line(["calendar", str(CALENDARS), "--json", *more])
    took = time.perf_counter() - start
    numbers = " | ".join(f"{found[name]:,}" for name in ("files", "files refused", "entries", *OUTCOMES, "meetings"))
    print(f"| {title} | {numbers} | {took:.1f} |", flush=True)
    return found


def entries_of(path: Path) -> Iterator[tuple[str, str]]:
    """Name and text of what stands directly in a calendar, zones aside; by counting BEGIN and END."""
    text = re.sub(r"\r?\n[ \t]", "", path.read_bytes().decode("utf-8-sig", errors="replace"))
    depth, name = 0, ""
    lines: list[str] = []
    if "BEGIN:V" not in text.upper():
        return
    for line in text.splitlines():
        word = line.strip().upper()
        if word == "BEGIN:VCALENDAR" or (word == "END:VCALENDAR" and depth == 0):
            continue
        if word.startswith("BEGIN:"):
            depth += 1
            if depth == 1:
                name, lines = word[6:].strip(), []
        elif word.startswith("END:") and depth:
            depth -= 1
            if depth == 0 and name != "VTIMEZONE":
                yield name, "\n".join(lines)
        elif depth == 1:
            lines.append(line)


if __name__ == "__main__":
    sys.exit(main())
