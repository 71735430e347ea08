"""Whole exports moved in, and every count of links beside an independent computation.

A part of `make acceptance`; alone: `python -m bench.acceptance_migration`. Reads with Python's own csv and sqlite3 and
nothing of Rapport. Prints a table of docs/acceptance.md. Ends with 1 when a figure differs.
"""

import csv
import gzip
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.alone import installation

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
VENDORS = DATA / "crm_vendor_export_samples"
NPSP = DATA / "crm_salesforce_npsp" / "npsp_1k.sql.gz"
Rows = list[dict[str, str]]
# (file, column, ids of …) → (rows, links that stand, ids that lead nowhere)
Expected = dict[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Case:
    title: str
    folder: Callable[[Path], Path]
    expected: Callable[[Path], Expected]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def alive(rows: Rows) -> Rows:
    """Without what was deleted there."""
    gone = [
        name for name in (rows[0] if rows else {}) if name.lower().replace("_", "") in {"isdeleted", "fivetrandeleted"}
    ]
    return [row for row in rows if not any(row[name].lower() in {"true", "1"} for name in gone)]


def ids(rows: Rows, column: str) -> set[str]:
    return {row[column].strip() for row in rows if row[column].strip()}


def linked(rows: Rows, near: set[str], near_column: str, column: str, far: set[str]) -> tuple[int, int, int]:
    """How many ids in ``column`` name something that came in, of rows whose own record did."""
    stands = adrift = 0
    for row in rows:
        if not row[column].strip():
            continue
        if row[near_column].strip() in near and row[column].strip() in far:
            stands += 1
        else:
            adrift += 1
    return len(rows), stands, adrift


def hubspot(folder: Path) -> Expected:
    people = ids(alive(read(folder / "contact_data.csv")), "id")
    firms = ids(alive(read(folder / "company_data.csv")), "id")
    tickets = ids(alive(read(folder / "ticket_data.csv")), "id")
    told = ("call", "communication", "email", "meeting", "note", "task")
    events = {one for name in told for one in ids(alive(read(folder / f"engagement_{name}_data.csv")), "engagement_id")}
    found = {}
    for file, near, near_column, column, far, whose in (
        ("engagement_contact_data.csv", events, "engagement_id", "contact_id", people, "people"),
        ("engagement_company_data.csv", events, "engagement_id", "company_id", firms, "companies"),
        ("ticket_contact_data.csv", tickets, "ticket_id", "contact_id", people, "people"),
        ("ticket_company_data.csv", tickets, "ticket_id", "company_id", firms, "companies"),
    ):
        found[f"{file}: {column} → hubspot {whose}"] = linked(read(folder / file), near, near_column, column, far)
    return found


def salesforce(folder: Path) -> Expected:
    firms = ids(alive(read(folder / "sf_account_data.csv")), "id")
    contacts, leads = alive(read(folder / "sf_contact_data.csv")), alive(read(folder / "sf_lead_data.csv"))
    people = ids(contacts, "id") | ids(leads, "id")
    found = {
        "sf_contact_data.csv: account_id → salesforce companies": linked(contacts, people, "id", "account_id", firms)
    }
    for file in ("sf_event_data.csv", "sf_task_data.csv"):
        rows = alive(read(folder / file))
        for column, far, whose in (("account_id", firms, "companies"), ("who_id", people, "people")):
            found[f"{file}: {column} → salesforce {whose}"] = linked(rows, ids(rows, "id"), "id", column, far)
    return found


def npsp_folder(work: Path) -> Path:
    """The objects of the org as the files that its export would be."""
    folder = work / "npsp"
    folder.mkdir(exist_ok=True)
    database = sqlite3.connect(":memory:")
    database.executescript(gzip.decompress(NPSP.read_bytes()).decode())
    for table in ("Account", "Contact"):
        rows = database.execute(f'SELECT * FROM "{table}"')
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([one[0] for one in rows.description])
            writer.writerows(rows)
    return folder


def npsp(folder: Path) -> Expected:
    accounts, contacts = read(folder / "Account.csv"), read(folder / "Contact.csv")
    column = next(name for name in contacts[0] if name.lower().replace("_", "") == "accountid")
    own = next(name for name in contacts[0] if name.lower() == "id")
    firms = ids(accounts, next(name for name in accounts[0] if name.lower() == "id"))
    return {f"Contact.csv: {column} → * companies": linked(contacts, ids(contacts, own), own, column, firms)}


CASES = (
    Case("HubSpot, 56 files", lambda _work: VENDORS / "hubspot", hubspot),
    Case("Salesforce, 14 files", lambda _work: VENDORS / "salesforce", salesforce),
    Case("Salesforce NPSP, accounts and contacts", npsp_folder, npsp),
)


def accept() -> int:
    print("| export | link | rows | links that stand | lead nowhere | again | taken back |")
    print("|---|---|--:|--:|--:|---|---|")
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="rapport-moves-") as work:
        for case in CASES:
            faults += list(one(case, Path(work)))
    for fault in faults:
        print(f"DIFFERS: {fault}")
    return 1 if faults else 0


def one(case: Case, work: Path) -> Iterator[str]:
    folder = case.folder(work)
    start = time.perf_counter()
    lines, number = moved(case, folder)
    took = time.perf_counter() - start
    yield from accounted(case, folder, lines)
    found = {line["file"]: line for line in lines if line["kind"] == "links"}
    again, second = moved(case, folder)
    changed = [line["file"] for line in again if line.get("created") or line.get("updated")]
    if changed:
        yield f"{case.title}: again, {', '.join(changed)} changed"
    back = taken_back(second) + taken_back(number)
    if back:
        yield f"{case.title}: taken back, but {back} rows stay"
    for key, (rows, stands, adrift) in case.expected(folder).items():
        begin, _sep, end = key.partition("*")
        line = next((line for name, line in found.items() if name.startswith(begin) and name.endswith(end)), None)
        counts = (line["rows"], line["linked"], line["adrift"]) if line else None
        if counts != (rows, stands, adrift):
            yield f"{case.title}: {key} is {counts}, computed apart {(rows, stands, adrift)}"
        print(
            f"| {case.title} | {key.replace('*', 'its')} | {rows:,} | {stands:,} | {adrift:,} |"
            f" {'changed' if changed else 'all skipped'} | {back or 'all'} |"
        )
    taken = sum(line["rows"] for line in lines if line["kind"] not in {"links", "deals", "other", "owners"})
    print(f"| {case.title} | all records | {taken:,} | | | {took:.1f} s | |", flush=True)


def accounted(case: Case, folder: Path, lines: list[dict[str, Any]]) -> Iterator[str]:
    """Every row of every file stands in the report once."""
    for path in sorted(folder.glob("*.csv")):
        mine = [line for line in lines if line["file"] == path.name or line["file"].startswith(f"{path.name}: ")]
        if not mine:
            yield f"{case.title}: {path.name} is not in the report"
            continue
        for line in mine:
            rows = line["rows"] + line.get("passed_over", 0)
            if rows != len(read(path)):
                yield f"{case.title}: {line['file']} accounts for {rows} of {len(read(path))} rows"


def moved(case: Case, folder: Path) -> tuple[list[dict[str, Any]], int]:
    done = rapport("migrate", str(folder), "--yes", "--json")
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{case.title}: exit {done.returncode}\n{done.stderr[-2000:]}")
    number = int(done.stderr.rpartition("This was migration ")[2].partition(";")[0])
    return json.loads(done.stdout.strip().splitlines()[-1]), number


def taken_back(number: int) -> int:
    """How many rows stay."""
    done = rapport("migrate", "--revert", str(number), "--yes")
    if done.returncode not in {0, 3}:
        return 0 if "nothing of it" in done.stderr else -1
    return sum(
        int(text.split()[0])
        for line in done.stdout.splitlines()
        for text in line.split(": ")[-1].split(", ")
        if "rows_left" in text
    )


def rapport(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "rapport", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def main() -> int:
    if not DATA.is_dir():
        print("The data sets are not beside this checkout (../shared/data): nothing to accept.")
        return 0
    with installation():
        return accept()


if __name__ == "__main__":
    sys.exit(main())
