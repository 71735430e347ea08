"""The list of customers as people turn it: its orders, its conditions, its first page and one deep inside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench.timing import Statement
from rapport.ui.keyset import Cursor

DEEP = 500_000
LIVING = "merged_into_id IS NULL AND trashed_at IS NULL"
LIST = "SELECT * FROM customers_customer WHERE {where} ORDER BY {order} LIMIT 51"
WAYS = """SELECT m.customer_id, i.kind, i.value FROM customers_identifier i JOIN customers_member m ON m.id = i.member_id
          WHERE m.customer_id IN (SELECT id FROM customers_customer WHERE {where} ORDER BY {order} LIMIT 50)"""
COUNT = "SELECT count(*) FROM (SELECT FROM customers_customer WHERE {counted} LIMIT 1001) few"
COLLEAGUES = "SELECT id, name, email FROM people_user WHERE is_active ORDER BY name"
TEAMS = "SELECT id, name FROM people_team ORDER BY name"
VIEWS = """SELECT v.*, (SELECT at FROM agenda_pin p WHERE p.view_id = v.id AND p.user_id = %(user)s) FROM lists_view v
           WHERE listing = 'customers' AND dropped_at IS NULL"""
FIELDS = "SELECT * FROM fields_customfield"
# name: (order of the SQL, the column, how a cursor compares)
SORTS = {
    "name": ("sort_key, id", "sort_key", ">"),
    "-name": ("sort_key DESC, id DESC", "sort_key", "<"),
    "contact": ("last_contact_at NULLS FIRST, id", "last_contact_at", ">"),
    "-contact": ("last_contact_at DESC NULLS LAST, id DESC", "last_contact_at", "<"),
    "created": ("created_at, id", "created_at", ">"),
    "-created": ("created_at DESC, id DESC", "created_at", "<"),
}


@dataclass(frozen=True)
class Visit:
    """One list as its address asks for it, with the SQL of the same rows."""

    what: str
    asked: dict[str, str]
    sort: str
    where: str = ""
    values: dict[str, Any] | None = None
    deep: bool = False


def visits() -> Iterator[Visit]:
    for sort in SORTS:
        # The index puts those without a contact first; the list puts them last.
        where = "AND last_contact_at IS NOT NULL" if sort == "contact" else ""
        yield Visit(f"list by {sort}", {"sort": sort}, sort, where)
    yield Visit("list by name, after half of it", {"sort": "name"}, "name", deep=True)
    yield Visit("list by -contact, after half of it", {"sort": "-contact"}, "-contact", deep=True)
    yield Visit("list, city", {"sort": "name", "city": "Lisboa"}, "name", "AND upper(city) = 'LISBOA'")
    tagged = "AND tags @> ARRAY['vip']::varchar[]"
    yield Visit("list, tag", {"sort": "-contact", "tag": "vip"}, "-contact", tagged)
    both = "AND upper(city) IN ('PORTO', 'WIEN') AND kind IN ('person')"
    yield Visit("list, city and kind", {"sort": "-created", "city": "Porto,Wien", "kind": "person"}, "-created", both)
    since = {"since": timezone.now() - timedelta(days=90)}
    quiet = "AND (last_contact_at < %(since)s OR last_contact_at IS NULL)"
    yield Visit("list, no contact for 90 days", {"sort": "name", "quiet": "90"}, "name", quiet, since)
    new = "AND created_at >= %(since)s"
    yield Visit("list, created in 90 days", {"sort": "-contact", "new": "90"}, "-contact", new, since)


def pages(scopes: Sequence[int] | None) -> Iterator[tuple[str, str, list[Statement]]]:
    """Each as (what, address, plain SQL) for a reader of these scopes."""
    seen = "" if scopes is None else f"AND scope_id IN ({', '.join(map(str, scopes))})"
    for visit in visits():
        order, column, beyond = SORTS[visit.sort]
        counted = f"{LIVING} {seen} {visit.where}"
        values, asked, where = dict(visit.values or {}), dict(visit.asked), counted
        if visit.deep:
            place = place_of(order, column, counted, scopes)
            where = f"{counted} AND ({column}, id) {beyond} (%(place)s, %(at)s)"
            values |= {"place": place.value, "at": place.pk}
            asked["after"] = place.text
        told = {"where": where, "order": order, "counted": counted}
        statements = [(sql.format(**told), values) for sql in (LIST, WAYS, COUNT)]
        statements += [(sql, {}) for sql in (COLLEAGUES, TEAMS, VIEWS, FIELDS)]
        yield visit.what, f"{reverse('customers:list')}?{urlencode(asked)}", statements


def place_of(order: str, column: str, where: str, scopes: Sequence[int] | None) -> Cursor:
    """The row in the middle of the list, or after half a million rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'customers_customer'")
        half = int(cursor.fetchone()[0] / (2 if scopes is None else 200))
        cursor.execute(
            f"SELECT {column}, id FROM customers_customer WHERE {where} ORDER BY {order} LIMIT 1 OFFSET %s",
            [min(half, DEEP)],
        )
        value, pk = cursor.fetchone()
    return Cursor(value if isinstance(value, str | datetime) else str(value), pk)
