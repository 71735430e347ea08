"""`make acceptance`: real exports in, untouched, and each result beside an independent computation.

Reads the data sets beside the checkout (../shared/data); where they are not there it says so and ends well. Prints the
table of docs/acceptance.md. Ends with 1 when a figure differs.
"""

import csv
import gzip
import io
import json
import lzma
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import acceptance_files, acceptance_mail, acceptance_migration
from bench.acceptance_deals import maven_deals
from bench.alone import installation

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
MAVEN, UCI, CDNOW = "crm_maven_sales_opportunities", "retail_uci_online_retail", "clv_cdnow"
HUBSPOT, SALESFORCE = "crm_vendor_export_samples/hubspot", "crm_vendor_export_samples/salesforce"
AIRLINE, TICKETS = "voc_twitter_airline", "voc_support_tickets_multilang"

BUYERS = """SELECT count(DISTINCT m.customer_id) FROM sales_order o JOIN customers_member m ON m.id = o.member_id
            WHERE o.source = '{}'"""
LINES = """SELECT {} FROM sales_orderline l JOIN sales_order o ON o.id = l.order_id WHERE o.source = '{}'"""

Query = Callable[[str], Any]
Expected = dict[str, tuple[str, Any]]


@dataclass(frozen=True)
class Case:
    """One file: how it is imported, what the counts must be, and SQL beside what it must answer."""

    title: str
    kind: str
    file: str
    options: tuple[str, ...]
    counts: Callable[[list[dict[str, str]]], dict[str, int]]
    checks: Callable[[list[dict[str, str]]], Expected]


def read(file: str, *, header: bool = True) -> list[dict[str, str]]:
    """The rows of a file, by Python's own csv and nothing of Rapport."""
    path = DATA / file
    raw = path.read_bytes()
    raw = lzma.decompress(raw) if path.suffix == ".xz" else gzip.decompress(raw) if path.suffix == ".gz" else raw
    text = raw.decode("utf-8-sig", errors="replace")
    if not header:
        return [
            {str(place): cell for place, cell in enumerate(line.split(), 1)}
            for line in text.splitlines()
            if line.strip()
        ]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def all_new(rows: list[dict[str, str]]) -> dict[str, int]:
    return {"rows": len(rows), "created": len(rows), "updated": 0, "skipped": 0, "failed": 0}


def total(rows: list[dict[str, str]], amount: Callable[[dict[str, str]], Decimal]) -> Decimal:
    return sum(map(amount, rows), Decimal(0))


def won(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["deal_stage"] == "Won"]


def maven_orders(rows: list[dict[str, str]]) -> Expected:
    wins = won(rows)
    return {
        "won deals": ("SELECT count(*) FROM sales_order WHERE source = 'maven'", len(wins)),
        "won total": (
            "SELECT sum(total) FROM sales_order WHERE source = 'maven'",
            total(wins, lambda row: Decimal(row["close_value"])),
        ),
        "companies that bought": (
            BUYERS.format("maven"),
            len({row["account"] for row in wins if row["account"]}),
        ),
    }


def uci_orders(rows: list[dict[str, str]]) -> Expected:
    def amount(row: dict[str, str]) -> Decimal:
        return Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])

    buyers = {row["CustomerID"] for row in rows if row["CustomerID"]}
    return {
        "invoices": ("SELECT count(*) FROM sales_order WHERE source = 'uci'", len({row["InvoiceNo"] for row in rows})),
        "lines": (
            LINES.format("count(*)", "uci"),
            len(rows),
        ),
        "total": ("SELECT sum(total) FROM sales_order WHERE source = 'uci'", total(rows, amount)),
        "customers": (
            BUYERS.format("uci"),
            len(buyers),
        ),
        "spent by known customers": (
            "SELECT sum(s.total) FROM timeline_spend s WHERE s.currency = 'GBP'",
            total([row for row in rows if row["CustomerID"]], amount),
        ),
        "lines of cancelled invoices": (
            LINES.format("count(*)", "uci") + " AND o.external_id LIKE 'C%'",
            sum(row["InvoiceNo"].startswith("C") for row in rows),
        ),
        "invoices of nobody": (
            "SELECT count(*) FROM timeline_interaction WHERE unassigned AND source = 'uci'",
            len({row["InvoiceNo"] for row in rows if not row["CustomerID"]}),
        ),
    }


def cdnow_orders(rows: list[dict[str, str]]) -> Expected:
    return {
        "customers": (
            BUYERS.format("cdnow"),
            len({row["1"] for row in rows}),
        ),
        "purchases": (
            LINES.format("count(*)", "cdnow"),
            len(rows),
        ),
        "CDs": (
            LINES.format("sum(l.quantity)", "cdnow"),
            sum(int(row["4"]) for row in rows),
        ),
        "total": (
            "SELECT sum(total) FROM sales_order WHERE source = 'cdnow'",
            total(rows, lambda row: Decimal(row["5"])),
        ),
    }


def records(source: str) -> Callable[[list[dict[str, str]]], Expected]:
    """One source record per distinct id."""
    sql = f"SELECT count(*) FROM customers_sourcerecord WHERE source = '{source}' AND NOT guess"
    return lambda rows: {"records": (sql, len({row["id"] for row in rows}))}


def told(source: str) -> Callable[[list[dict[str, str]]], Expected]:
    """One interaction per distinct row."""
    sql = f"SELECT count(*) FROM timeline_interaction WHERE source = '{source}'"
    return lambda rows: {"interactions": (sql, len({tuple(row.values()) for row in rows}))}


def told_by_id(source: str) -> Callable[[list[dict[str, str]]], Expected]:
    sql = f"SELECT count(*) FROM timeline_interaction WHERE source = '{source}'"
    return lambda rows: {"interactions": (sql, len({row["id"] for row in rows}))}


def distinct_rows(rows: list[dict[str, str]]) -> dict[str, int]:
    distinct = len({tuple(row.values()) for row in rows})
    return {"rows": len(rows), "created": distinct, "updated": 0, "skipped": len(rows) - distinct, "failed": 0}


def once_per_id(rows: list[dict[str, str]]) -> dict[str, int]:
    return {"rows": len(rows), "created": len({row["id"] for row in rows}), "failed": 0}


def unassigned(
    counts: Callable[[list[dict[str, str]]], dict[str, int]], column: str = ""
) -> Callable[..., dict[str, int]]:
    """With the rows that nobody can be told from."""
    return lambda rows: {**counts(rows), "unassigned": sum(not row.get(column, "") for row in rows)}


CASES = (
    Case(
        "Maven accounts",
        "companies",
        f"{MAVEN}/accounts.csv",
        ("--source", "maven"),
        all_new,
        lambda rows: {
            "companies": ("SELECT count(*) FROM customers_customer WHERE kind = 'company'", len(rows)),
        },
    ),
    Case(
        "Maven pipeline, won deals",
        "orders",
        f"{MAVEN}/sales_pipeline.csv",
        (
            "--source",
            "maven",
            "--where",
            "deal_stage=Won",
            "--map",
            "close_date=ordered_at",
            "--map",
            "close_value=amount",
        ),
        lambda rows: unassigned(all_new, "account")(won(rows)),
        maven_orders,
    ),
    Case(
        "Maven pipeline, all deals",
        "deals",
        f"{MAVEN}/sales_pipeline.csv",
        ("--source", "maven deals", "--map", "=USD=currency"),
        unassigned(all_new, "account"),
        maven_deals,
    ),
    Case(
        "UCI Online Retail",
        "orders",
        f"{UCI}/online_retail_2010_2011.csv.xz",
        ("--source", "uci", "--map", "=GBP=currency"),
        unassigned(all_new, "CustomerID"),
        uci_orders,
    ),
    Case(
        "CDNOW sample",
        "orders",
        f"{CDNOW}/CDNOW_sample.txt",
        (
            "--source",
            "cdnow",
            "--no-header",
            "--map",
            "1=customer",
            "--map",
            "2=",
            "--map",
            "3=ordered_at",
            "--map",
            "4=quantity",
            "--map",
            "5=amount",
            "--map",
            "=USD=currency",
        ),
        lambda rows: {"rows": len(rows), "created": len(rows), "failed": 0, "unassigned": 0},
        cdnow_orders,
    ),
    Case(
        "HubSpot companies",
        "companies",
        f"{HUBSPOT}/company_data.csv",
        ("--source", "hubspot companies", "--key", "external_id"),
        once_per_id,
        records("hubspot companies"),
    ),
    Case(
        "HubSpot contacts",
        "customers",
        f"{HUBSPOT}/contact_data.csv",
        ("--source", "hubspot", "--key", "external_id"),
        once_per_id,
        records("hubspot"),
    ),
    Case(
        "HubSpot tickets",
        "interactions",
        f"{HUBSPOT}/ticket_data.csv",
        ("--source", "hubspot tickets", "--map", "property_createdate=occurred_at"),
        unassigned(once_per_id),
        told_by_id("hubspot tickets"),
    ),
    Case(
        "Salesforce accounts",
        "companies",
        f"{SALESFORCE}/sf_account_data.csv",
        ("--source", "salesforce accounts", "--key", "external_id"),
        once_per_id,
        records("salesforce accounts"),
    ),
    Case(
        "Salesforce contacts",
        "customers",
        f"{SALESFORCE}/sf_contact_data.csv",
        ("--source", "salesforce", "--key", "external_id"),
        once_per_id,
        records("salesforce"),
    ),
    Case(
        "Salesforce events",
        "interactions",
        f"{SALESFORCE}/sf_event_data.csv",
        ("--source", "salesforce events", "--map", "activity_date_time=occurred_at"),
        once_per_id,
        told_by_id("salesforce events"),
    ),
    Case(
        "Airline tweets",
        "interactions",
        f"{AIRLINE}/Tweets.csv.gz",
        ("--source", "tweets", "--map", "=social=channel", "--map", "tweet_id=", "--map", "name=social"),
        unassigned(distinct_rows, "name"),
        told("tweets"),
    ),
    Case(
        "Support tickets",
        "interactions",
        f"{TICKETS}/dataset-tickets-german_normalized.csv.gz",
        ("--source", "tickets"),
        unassigned(distinct_rows),
        told("tickets"),
    ),
)


def main() -> int:
    if not DATA.is_dir():
        print("The data sets are not beside this checkout (../shared/data): nothing to accept.")
        return 0
    with installation() as url:
        employ_somebody()
        faults = accept(lambda sql: asked(url, sql)) or acceptance_mail.accept(url) or acceptance_files.accept(url)
        return faults or acceptance_migration.accept()


def employ_somebody() -> None:
    """Whose the deals are that nobody here is named on."""
    command = [
        sys.executable,
        "-m",
        "rapport",
        "user",
        "boss@rapport.example",
        "--role",
        "administrator",
        "--name",
        "Boss",
    ]
    subprocess.run(command, input="a long enough password\n", capture_output=True, text=True, check=True, cwd=ROOT)


def asked(url: str, sql: str) -> Any:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url) as database:
        row = database.execute(sql).fetchone()
    return row[0] if row else None


def accept(query: Query) -> int:
    print("| file | rows in | created | updated | skipped | failed | unassigned | again | seconds | figures |")
    print("|---|--:|--:|--:|--:|--:|--:|---|--:|---|")
    faults: list[str] = []
    for case in CASES:
        faults += list(one(case, query))
    for fault in faults:
        print(f"DIFFERS: {fault}")
    return 1 if faults else 0


def one(case: Case, query: Query) -> Iterator[str]:
    rows = read(case.file, header="--no-header" not in case.options)
    start = time.perf_counter()
    counted = imported(case)
    took = time.perf_counter() - start
    figures = []
    for name, (sql, expected) in case.checks(rows).items():
        found = query(sql)
        figures.append(f"{name} {as_text(found)}")
        if found != expected:
            yield f"{case.title}: {name} is {as_text(found)}, computed apart {as_text(expected)}"
    for name, wanted in case.counts(rows).items():
        if counted[name] != wanted:
            yield f"{case.title}: {name} is {counted[name]}, computed apart {wanted}"
    if counted["rows"] != sum(counted[name] for name in ("created", "updated", "skipped", "failed")):
        yield f"{case.title}: the counts do not add up"
    again = imported(case)
    if again["skipped"] != again["rows"]:
        yield f"{case.title}: imported again, {again['created']} created and {again['updated']} updated"
    numbers = " | ".join(
        f"{counted[name]:,}" for name in ("rows", "created", "updated", "skipped", "failed", "unassigned")
    )
    repeated = "all skipped" if again["skipped"] == again["rows"] else "not all skipped"
    print(f"| {case.title} | {numbers} | {repeated} | {took:.1f} | {'; '.join(figures)} |", flush=True)


def imported(case: Case) -> dict[str, int]:
    command = [
        sys.executable,
        "-m",
        "rapport",
        "import",
        case.kind,
        str(DATA / case.file),
        *case.options,
        "--yes",
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{case.title}: exit {done.returncode}\n{done.stderr[-2000:]}")
    counts: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return counts


def as_text(value: Any) -> str:
    if isinstance(value, dict):
        return f"of {len(value)}"
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"


if __name__ == "__main__":
    sys.exit(main())
