"""The pages people open all day, as an administrator and as an agent who sees one percent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.timing import Timing, bare, page
from rapport.customers.models import Customer
from rapport.people.models import Scope, Team, User
from rapport.people.roles import Role

Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One page of one reader beside its references: plain SQL and an empty page."""

    what: str
    reader: str
    timing: Timing
    sql: float
    empty: float


CUSTOMER = """SELECT * FROM customers_customer WHERE id = %(id)s"""
MEMBERS = """SELECT * FROM customers_member WHERE customer_id = %(id)s"""
IDENTIFIERS = """SELECT i.* FROM customers_identifier i JOIN customers_member m ON m.id = i.member_id
                 WHERE m.customer_id = %(id)s"""
TIMELINE = """SELECT i.* FROM customers_member m JOIN timeline_participation p ON p.member_id = m.id
              JOIN timeline_interaction i ON i.id = p.interaction_id
              WHERE m.customer_id = %(id)s ORDER BY p.at DESC, p.interaction_id DESC LIMIT 50"""
SEATS = """SELECT * FROM timeline_participation WHERE interaction_id IN (
               SELECT p.interaction_id FROM customers_member m JOIN timeline_participation p ON p.member_id = m.id
               WHERE m.customer_id = %(id)s ORDER BY p.at DESC, p.interaction_id DESC LIMIT 50)"""
TALLIES = (
    """SELECT t.* FROM timeline_tally t JOIN customers_member m ON m.id = t.member_id WHERE m.customer_id = %(id)s"""
)
SPEND = (
    """SELECT s.* FROM timeline_spend s JOIN customers_member m ON m.id = s.member_id WHERE m.customer_id = %(id)s"""
)
RECORDS = """SELECT r.* FROM customers_sourcerecord r JOIN customers_member m ON m.id = r.member_id
             WHERE m.customer_id = %(id)s"""
TASKS = """SELECT t.* FROM agenda_task t JOIN customers_member m ON m.id = t.member_id
           WHERE m.customer_id = %(id)s AND t.done_at IS NULL"""
SESSION = """SELECT * FROM django_session LIMIT 1"""
USER = """SELECT * FROM people_user LIMIT 1"""
LIST = """SELECT * FROM customers_customer WHERE merged_into_id IS NULL {scope} ORDER BY {order} LIMIT 51"""
FIND_TYPO = """SELECT c.* FROM customers_namevariant v JOIN customers_nameuse u ON u.token_id = v.token_id
               JOIN customers_customer c ON c.id = u.customer_id
               WHERE v.variant = ANY(%(variants)s) AND c.merged_into_id IS NULL {scope} LIMIT 20"""
FIND_PART = """SELECT c.* FROM customers_identifier i JOIN customers_member m ON m.id = i.member_id
               JOIN customers_customer c ON c.id = m.customer_id
               WHERE rapport_trigrams(i.key) @> rapport_trigrams(%(part)s) AND i.key LIKE %(like)s {scope} LIMIT 20"""


def rows(runs: int) -> Iterator[Row]:
    team = Team.objects.order_by("pk")[0]
    readers = [
        ("administrator", reader(Role.ADMINISTRATOR, None)),
        ("agent, 1 %", reader(Role.AGENT, team)),
    ]
    for called, user in readers:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        empty = page(client, "/bench/empty/", runs).median
        for what, address, statements in visits(user):
            yield Row(what, called, page(client, address, runs), bare(statements, runs), empty)


def reader(role: Role, team: Team | None) -> User:
    user, _made = User.objects.get_or_create(
        email=f"{role}@bench.example", defaults={"name": str(role), "role": role, "team": team}
    )
    return user


def visits(user: User) -> Iterator[tuple[str, str, list[Statement]]]:
    scopes = list(Scope.objects.of(user).values_list("pk", flat=True))
    scope = "" if user.role == Role.ADMINISTRATOR else f"AND scope_id IN ({', '.join(map(str, scopes))})"
    seen = Customer.objects.visible_to(user)
    usual = seen.filter(pk__gt=1000).order_by("pk")[0]
    yield "customer page", reverse("customer", args=[usual.pk]), of_customer(usual.pk)
    if user.role == Role.ADMINISTRATOR:
        yield "customer page, 10,000 interactions", reverse("customer", args=[1]), of_customer(1)
    for what, sort, order in SORTS:
        yield (
            f"list by {what}",
            f"{reverse('customers:list')}?sort={sort}",
            [(LIST.format(scope=scope, order=order), {})],
        )
    name = usual.name.split(" ")[1]
    typo = name[:2] + name[3:]
    yield (
        "search, a typo in the name",
        f"{reverse('search:find')}?q={typo}",
        [(FIND_TYPO.format(scope=scope), {"variants": [typo.lower()]})],
    )
    part = email_of(usual.pk)[3:12]
    yield (
        "search, part of an e-mail",
        f"{reverse('search:find')}?q={part}",
        [(FIND_PART.format(scope=scope), {"part": part, "like": f"%{part}%"})],
    )


SORTS = (
    ("name", "name", "sort_key, id"),
    ("last contact", "-last_contact", "last_contact_at DESC NULLS LAST, id DESC"),
    ("age", "-created", "created_at DESC, id DESC"),
)


def of_customer(customer_id: int) -> list[Statement]:
    statements = (SESSION, USER, CUSTOMER, MEMBERS, IDENTIFIERS, TIMELINE, SEATS, TALLIES, SPEND, RECORDS, TASKS)
    return [(sql, {"id": customer_id}) for sql in statements]


def email_of(customer_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM customers_identifier WHERE member_id = %s AND kind = 'email'", [customer_id])
        return str(cursor.fetchone()[0])
