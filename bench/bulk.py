"""Intake in bulk beside COPY of the same rows into the same indexed tables."""

import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from bench.data import NOW, names
from bench.processor import spent
from rapport.lib.copying import copy_rows, next_ids
from rapport.lib.names import fold_key, sort_key
from rapport.people.models import ApiToken, User

BATCH = 10_000
TEXT = "Thank you for the offer. We would like to go ahead and need the machines by the end of the month. " * 2


@dataclass(frozen=True)
class Laps:
    """Rows a second by the clock, and rows a second of processor, of whatever takes part."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Rate:
    """Through Rapport and by COPY; the most memory of the process in MB where it is our own."""

    what: str
    rapport: Laps
    copy: Laps
    memory: float | None = None


def addresses(count: int) -> list[tuple[int, str]]:
    """Members in no order, with their e-mail address."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT member_id, key FROM customers_identifier WHERE kind = 'email' AND key LIKE '%%firm%%'
               ORDER BY md5(id::text) LIMIT %s""",
            [count],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def batches(user: User, rounds: int) -> Rate:
    """POST of 10,000 interactions at once."""
    client = Client(headers={"authorization": f"Bearer {ApiToken.issue(user, 'bench', [])}"})
    people = addresses(BATCH)
    started = int(time.time())
    bodies = [
        json.dumps([interaction(f"{started}-{number}-{place}", mail) for place, (_pk, mail) in enumerate(people)])
        for number in range(rounds)
    ]
    took: list[Laps] = []
    copies: list[Laps] = []
    for body in bodies:
        copies.append(copied(lambda: copy_interactions(people), BATCH))
        with clocked(BATCH) as lap:
            answer = client.post("/api/v1/interactions/batch", body, content_type="application/json")
        took += lap
        if answer.status_code not in {200, 201, 207}:
            raise RuntimeError(answer.content[:500])
    return Rate("REST batches of 10,000 interactions", middle(took), middle(copies))


def interaction(external_id: str, mail: str) -> dict[str, object]:
    return {
        "source": "bench-api",
        "external_id": external_id,
        "occurred_at": (NOW - timedelta(minutes=5)).isoformat(),
        "channel": "email",
        "direction": "inbound",
        "kind": "message",
        "identifiers": [{"kind": "email", "value": mail}],
        "subject": "About our order",
        "text": TEXT,
    }


def copied(write: Callable[[], None], rows: int) -> Laps:
    with clocked(rows) as lap, transaction.atomic():
        write()
    return lap[0]


@contextmanager
def clocked(rows: int) -> Iterator[list[Laps]]:
    """Holds the one lap when the block has ended."""
    laps: list[Laps] = []
    start, before = time.perf_counter(), spent()
    yield laps
    laps.append(Laps(rows / (time.perf_counter() - start), rows / (spent() - before)))


def middle(laps: Sequence[Laps]) -> Laps:
    return Laps(median(lap.clock for lap in laps), median(lap.processor for lap in laps))


def copy_interactions(people: list[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        ids = next_ids(cursor, "timeline_interaction", len(people))
        columns = (
            *("id", "channel", "direction", "kind", "at", "received_at", "source", "subject", "text", "currency"),
            *("touchpoint", "data", "version", "unassigned"),
        )
        fixed = ("email", "inbound", "message", NOW, NOW, "copy", "About our order", TEXT, "", "", "{}", 1, False)
        copy_rows(cursor, "timeline_interaction", columns, ((pk, *fixed) for pk in ids))
        copy_rows(
            cursor,
            "timeline_participation",
            ("interaction_id", "member_id", "role", "main", "clue_kind", "clue_value", "at"),
            ((pk, who, "customer", True, "email", mail, NOW) for pk, (who, mail) in zip(ids, people, strict=True)),
        )
        copy_rows(
            cursor,
            "timeline_receipt",
            ("interaction_id", "source", "external_id", "content"),
            ((pk, "copy", str(pk), b"0123456789abcdef") for pk in ids),
        )


def files(folder: Path, customers: int, interactions: int) -> list[Rate]:
    """`rapport import` of new customers and of interactions of known ones."""
    people = addresses(50_000)
    stamp = int(time.time())
    customer_file, interaction_file = folder / "customers.csv", folder / "interactions.csv"
    with customer_file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["external_id", "name", "email", "phone", "city", "country"])
        for number, name in enumerate(names(customers, seed=stamp)):
            mail = f"{fold_key(name).replace(' ', '.')}.{stamp}.{number}@new.example"
            writer.writerow([f"{stamp}-{number}", name, mail, f"+4930{stamp % 1000:03}{number:06}", "Berlin", "DE"])
    with interaction_file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["external_id", "occurred_at", "channel", "direction", "kind", "email", "subject", "text"])
        for number in range(interactions):
            mail = people[number % len(people)][1]
            row = [f"{stamp}-{number}", "2026-02-01T10:00:00+00:00", "email", "inbound", "message", mail, "Order", TEXT]
            writer.writerow(row)
    return [
        import_rate("customers", customer_file, customers, lambda: copy_customers(20_000, stamp), 20_000),
        import_rate("interactions", interaction_file, interactions, lambda: copy_interactions(people), len(people)),
    ]


def import_rate(kind: str, file: Path, rows: int, write: Callable[[], None], reference: int) -> Rate:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    copies = [copied(write, reference) for _ in range(2)]
    command = [sys.executable, "-m", "rapport", "import", kind, str(file), "--source", file.stem, "--yes", "--json"]
    # Compiled code is kept, as `make` has it: this tells of the start that people see.
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    with clocked(rows) as lap:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    counted = json.loads(done.stdout.strip().splitlines()[-1])
    if counted["created"] != rows:
        raise RuntimeError(counted)
    memory = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    copies += [copied(write, reference) for _ in range(3)]
    return Rate(f"file import, {kind}", lap[0], middle(copies), memory)


def copy_customers(count: int, stamp: int) -> None:
    called = list(names(count, seed=stamp + 1))
    now = timezone.now()
    with connection.cursor() as cursor:
        customers, members = (next_ids(cursor, table, count) for table in ("customers_customer", "customers_member"))
        columns = (
            *("id", "kind", "name", "first_name", "last_name", "street", "postcode", "city", "region", "country"),
            *("language", "time_zone", "website", "tags", "scope_id", "lineage", "sort_key", "fold_key", "created_at"),
        )
        empty: tuple[object, ...] = ("", "", "", "", "Berlin", "", "DE", "", "", "", [], 1, "{}")
        copy_rows(
            cursor,
            "customers_customer",
            columns,
            (
                (pk, "person", name, *empty, sort_key(name), fold_key(name), now)
                for pk, name in zip(customers, called, strict=True)
            ),
        )
        copy_rows(
            cursor,
            "customers_member",
            ("id", "customer_id", "home_id", "created_at"),
            ((member, pk, pk, now) for member, pk in zip(members, customers, strict=True)),
        )
        copy_rows(
            cursor,
            "customers_sourcerecord",
            ("member_id", "source", "external_id", "claims", "said_at", "raw", "guess", "first_seen_at", "seen_at"),
            ((member, "copy", str(member), "{}", "{}", "{}", False, now, now) for member in members),
        )
        kinds = (("email", "{}@copy.example"), ("phone", "+44{:010}"), ("external", "{}"))
        copy_rows(
            cursor,
            "customers_identifier",
            ("member_id", "kind", "namespace", "key", "value", "strength", "label", "created_at"),
            (
                (
                    member,
                    kind,
                    "copy" if kind == "external" else "",
                    shape.format(member),
                    shape.format(member),
                    "strong",
                    "",
                    now,
                )
                for member in members
                for kind, shape in kinds
            ),
        )
        cursor.execute("SELECT token, id FROM customers_nametoken LIMIT 20000")
        tokens = [row[1] for row in cursor.fetchall()]
        copy_rows(
            cursor,
            "customers_nameuse",
            ("token_id", "customer_id"),
            ((tokens[(pk + step) % len(tokens)], pk) for pk in customers for step in (0, 7)),
        )
