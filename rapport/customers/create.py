"""Bring customers into being, many at once, each from its first record."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from rapport.customers.compute import NAMELESS, Places
from rapport.customers.golden import TEXTS, own_values, tags_of
from rapport.customers.models import Kind
from rapport.customers.naming import index_names
from rapport.customers.records import RecordIn
from rapport.lib.copying import as_json, copy_rows, next_ids
from rapport.lib.identifiers import Identity
from rapport.lib.names import fold_key, sort_key


class Newborn(NamedTuple):
    """A record with the identities that are its own to keep."""

    record: RecordIn
    identities: Sequence[Identity]


class Born(NamedTuple):
    customer_id: int
    member_id: int
    record_id: int


GOLDEN = tuple(name for name in TEXTS if name not in {"owner", "team"})


def create(newborns: Sequence[Newborn], *, at: datetime) -> list[Born]:
    """Write customers, members, records and identifiers, set by set; the answer is in the order given."""
    if not newborns:
        return []
    places = Places.now()
    with connection.cursor() as cursor:
        count = len(newborns)
        born = [
            Born(*ids)
            for ids in zip(
                next_ids(cursor, "customers_customer", count),
                next_ids(cursor, "customers_member", count),
                next_ids(cursor, "customers_sourcerecord", count),
                strict=True,
            )
        ]
        pairs = list(zip(born, newborns, strict=True))
        # Made before they are written: one may ask for a scope that was not there yet.
        rows = [customer(own, new, places, at) for own, new in pairs]
        copy_rows(cursor, "customers_customer", CUSTOMER, rows)
        copy_rows(
            cursor,
            "customers_member",
            ("id", "customer_id", "home_id", "created_at"),
            ((own.member_id, own.customer_id, own.customer_id, at) for own in born),
        )
        copy_rows(
            cursor,
            "customers_sourcerecord",
            RECORD,
            (record(own.record_id, own.member_id, new.record, at) for own, new in pairs),
        )
    add_identifiers([(own.member_id, identity) for own, new in pairs for identity in new.identities], at=at)
    index_names([(own.customer_id, called(new)) for own, new in pairs], fresh=True)
    return born


CUSTOMER = (
    *("id", "kind", *GOLDEN, "tags", "owner_id", "team_id", "scope_id", "lineage", "extra"),
    *("sort_key", "fold_key", "created_at"),
)
RECORD = (
    *("id", "member_id", "source", "external_id", "claims", "said_at", "raw", "guess"),
    *("first_seen_at", "seen_at"),
)


def called(new: Newborn) -> str:
    """The name to show: the one that was given, else what we recognise the customer by."""
    return new.record.name or next((identity.value for identity in new.identities), NAMELESS)


def customer(own: Born, new: Newborn, places: Places, at: datetime) -> tuple[object, ...]:
    claims = new.record.claims
    name = called(new)
    further = own_values(claims)
    owner, team, scope = places.of(claims, further)
    golden = (name, *(claims.get(field, "") for field in GOLDEN[1:]))
    keys = (sort_key(name), fold_key(name), at)
    return (
        own.customer_id,
        Kind(new.record.kind).value,
        *golden,
        tags_of(claims),
        owner,
        team,
        scope,
        "{}",
        as_json(further) if further else "{}",
        *keys,
    )


def record(record_id: int, member_id: int, new: RecordIn, at: datetime) -> tuple[object, ...]:
    what = (as_json(new.claims), "{}", as_json(new.raw), new.guess)
    return (record_id, member_id, new.source, new.external_id, *what, at, at)


def add_identifiers(identities: Sequence[tuple[int, Identity]], *, at: datetime) -> None:
    """Give members identifiers; one that is already somebody's proof stays where it is."""
    rows = sorted(identities, key=lambda pair: (pair[1][:3], pair[0]))
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO customers_identifier (member_id, kind, namespace, key, value, strength, label, created_at)
               SELECT (row->>0)::bigint, row->>1, row->>2, row->>3, row->>4, row->>5, '', %s
               FROM jsonb_array_elements(%s::jsonb) AS row
               ON CONFLICT DO NOTHING""",
            [at, as_json([(member_id, *identity) for member_id, identity in rows])],
        )
