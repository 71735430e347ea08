"""The pages people open all day, as an administrator and as an agent who sees one percent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import lists, other_lists
from bench.timing import Statement, Timing, beside
from rapport.customers.models import Customer
from rapport.lib.names import variants
from rapport.people.models import Scope, Team, User
from rapport.people.roles import BuiltIn


@dataclass(frozen=True)
class Row:
    """One page of one reader beside its references, both at their fastest (ms): plain SQL and an empty page."""

    what: str
    reader: str
    timing: Timing
    sql: float
    empty: float


# The same rows as a page shows, by the plainest SQL. Every page: who asks, and what the navigation counts.
SESSION = """SELECT * FROM django_session WHERE session_key = %(session)s"""
USER = """SELECT * FROM people_user WHERE id = %(user)s"""
WAITING = """SELECT count(*) FROM (SELECT FROM timeline_interaction WHERE unassigned LIMIT 1000) few"""
PAIRS = """SELECT count(*) FROM (SELECT FROM identity_pair WHERE state = 'open' LIMIT 100) few"""
CIRCLES = """SELECT id FROM timeline_circle WHERE keeper_id = %(user)s OR kind <> 'owner'"""
NOTICES = """SELECT count(*) FROM (
                 SELECT FROM notices_notice WHERE user_id = %(user)s AND read_at IS NULL AND NOT quiet LIMIT 99) few"""
SCOPES = """SELECT id FROM people_scope WHERE team_id = %(team)s OR team_id IS NULL"""
ROLES = """SELECT r.* FROM people_role r WHERE r.key = (SELECT role FROM people_user WHERE id = %(user)s)
           OR r.key IN (SELECT role FROM people_holding WHERE user_id = %(user)s)"""
SIGNED_IN = (SESSION, USER, ROLES)
SHELL = (*SIGNED_IN, WAITING, PAIRS, CIRCLES, NOTICES)
BEHIND = "what follows the customer page"
CUSTOMER = """SELECT * FROM customers_customer WHERE id = %(id)s"""
SEEN = """SELECT * FROM agenda_recent WHERE user_id = %(user)s"""
MEMBERS = """SELECT * FROM customers_member WHERE customer_id = %(id)s"""
OF_MEMBERS = """SELECT t.* FROM {table} t JOIN customers_member m ON m.id = t.{member}
                WHERE m.customer_id = %(id)s {order}"""
TIMELINE = """SELECT i.* FROM customers_member m JOIN timeline_participation p ON p.member_id = m.id
              JOIN timeline_interaction i ON i.id = p.interaction_id
              WHERE m.customer_id = %(id)s ORDER BY p.at DESC, p.interaction_id DESC LIMIT 21"""
SEATS = """SELECT * FROM timeline_participation WHERE interaction_id IN (
               SELECT p.interaction_id FROM customers_member m JOIN timeline_participation p ON p.member_id = m.id
               WHERE m.customer_id = %(id)s ORDER BY p.at DESC, p.interaction_id DESC LIMIT 20)"""
RECORDS = OF_MEMBERS.format(table="customers_sourcerecord", member="member_id", order="")
TALLIES = OF_MEMBERS.format(table="timeline_tally", member="member_id", order="")
SPEND = OF_MEMBERS.format(table="timeline_spend", member="member_id", order="")
WAYS = OF_MEMBERS.format(table="customers_identifier", member="member_id", order="")
TIES = OF_MEMBERS.format(table="customers_relationship", member="member_id", order="")
TIED = OF_MEMBERS.format(table="customers_relationship", member="other_id", order="")
TASKS = OF_MEMBERS.format(table="agenda_task", member="member_id", order="AND t.done_at IS NULL")
ORDERS = """SELECT count(*), min(o.ordered_at), max(o.ordered_at)
            FROM sales_order o JOIN customers_member m ON m.id = o.member_id WHERE m.customer_id = %(id)s"""
FIGURES = """SELECT * FROM customers_figure WHERE customer_id = %(id)s"""
WISHES = OF_MEMBERS.format(table="customers_preference", member="member_id", order="")
BARRED = """SELECT s.* FROM consent_suppression s JOIN customers_identifier i ON i.key = s.key
            JOIN customers_member m ON m.id = i.member_id WHERE m.customer_id = %(id)s"""
REMINDERS = """SELECT * FROM notices_reminder WHERE user_id = %(user)s AND closed_at IS NULL AND interaction_id IN (
                   SELECT p.interaction_id FROM customers_member m JOIN timeline_participation p ON p.member_id = m.id
                   WHERE m.customer_id = %(id)s ORDER BY p.at DESC, p.interaction_id DESC LIMIT 20)"""
LAYOUT = """SELECT * FROM profile_layout WHERE role = %(role)s AND undone_at IS NULL ORDER BY id DESC LIMIT 1"""
FOLDS = """SELECT * FROM profile_fold WHERE user_id = %(user)s"""
KEPT = OF_MEMBERS.format(table="{table}", member="member_id", order="AND t.user_id = %(user)s")
FOLLOWS, PINS = (KEPT.format(table=table) for table in ("notices_follow", "agenda_pin"))
# Whether there is anything to show on the cards that may be empty.
THERE = """SELECT
    EXISTS (SELECT FROM customers_condition WHERE customer_id = %(id)s AND until IS NULL),
    EXISTS (SELECT FROM rules_act WHERE customer_id = %(id)s AND outcome <> 'same'),
    EXISTS (SELECT FROM customers_figure WHERE customer_id = %(id)s),
    EXISTS (SELECT FROM customers_address t JOIN customers_member m ON m.id = t.member_id WHERE m.customer_id = %(id)s),
    EXISTS (SELECT FROM consent_message t JOIN customers_member m ON m.id = t.member_id
            WHERE m.customer_id = %(id)s AND t.closed_at IS NULL),
    EXISTS (SELECT FROM calendars_guest t JOIN customers_member m ON m.id = t.member_id WHERE m.customer_id = %(id)s),
    EXISTS (SELECT FROM notices_reminder t JOIN customers_member m ON m.id = t.member_id
            WHERE m.customer_id = %(id)s AND t.user_id = %(user)s),
    EXISTS (SELECT FROM timeline_spend t JOIN customers_member m ON m.id = t.member_id WHERE m.customer_id = %(id)s)"""
MINE = (LAYOUT, FOLDS, FOLLOWS, PINS, THERE)
CUSTOMER_PAGE = (
    *(CUSTOMER, SEEN, MEMBERS, WAYS, BARRED, TIES, TIED, RECORDS, *MINE),
    *(TIMELINE, SEATS, REMINDERS, TALLIES, TASKS, WISHES, lists.FIELDS),
)
BEHIND_IT = (CUSTOMER, MEMBERS, *MINE, SPEND, ORDERS, FIGURES, TALLIES, WISHES, lists.COLLEAGUES)
FIND_TYPO = """SELECT c.* FROM customers_namevariant v JOIN customers_nameuse u ON u.token_id = v.token_id
               JOIN customers_customer c ON c.id = u.customer_id
               WHERE v.variant = ANY(%(variants)s) AND c.merged_into_id IS NULL AND c.trashed_at IS NULL {scope} LIMIT 20"""
FIND_PART = """SELECT c.* FROM customers_identifier i JOIN customers_member m ON m.id = i.member_id
               JOIN customers_customer c ON c.id = m.customer_id
               WHERE rapport_trigrams(i.key) @> rapport_trigrams(%(part)s) AND i.key LIKE %(like)s AND c.trashed_at IS NULL {scope} LIMIT 20"""
# Without its own step PostgreSQL walks the whole timeline for a word that is nowhere.
FIND_TEXT = """WITH found AS MATERIALIZED (
                   SELECT interaction_id, at FROM search_interactiontext
                   WHERE words @@ to_tsquery('simple', %(word)s))
               SELECT interaction_id FROM found t WHERE TRUE {theirs} ORDER BY at DESC LIMIT 20"""
FIND_OFTEN = """SELECT interaction_id FROM search_interactiontext t
                WHERE words @@ to_tsquery('simple', %(word)s) {theirs} ORDER BY at DESC LIMIT 20"""
THEIRS = """AND EXISTS (SELECT FROM timeline_participation p JOIN customers_member m ON m.id = p.member_id
            JOIN customers_customer c ON c.id = m.customer_id WHERE p.interaction_id = t.interaction_id {scope})"""
UNREAD = """SELECT args FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = 'search.index_texts'
            ORDER BY id LIMIT 1"""
UNREAD_SINCE = """SELECT * FROM journal_event ORDER BY id DESC LIMIT 1"""


def rows(runs: int) -> Iterator[Row]:
    team = Team.objects.order_by("pk")[0]
    readers = [
        ("administrator", reader(BuiltIn.ADMINISTRATOR, None)),
        ("agent, 1 %", reader(BuiltIn.AGENT, team)),
    ]
    for called, user in readers:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        given = {"session": client.session.session_key, "user": user.pk, "team": user.team_id}
        shell = SHELL if user.sees_all else (*SHELL, SCOPES)
        for what, address, statements in visits(user):
            around = SIGNED_IN if what == BEHIND else shell
            whole = [*((sql, given) for sql in around), *((sql, {**given, **values}) for sql, values in statements)]
            timing, empty, plain = beside(client, address, "/bench/empty/", whole, runs)
            yield Row(what, called, timing, plain, empty.fastest)


def reader(role: str, team: Team | None) -> User:
    user, _made = User.objects.get_or_create(
        email=f"{role}@bench.example", defaults={"name": str(role), "role_id": role, "team": team}
    )
    return user


def visits(user: User) -> Iterator[tuple[str, str, list[Statement]]]:
    whole = user.sees_all
    scopes = None if whole else list(Scope.objects.of(user).values_list("pk", flat=True))
    scope = "" if scopes is None else f"AND c.scope_id IN ({', '.join(map(str, scopes))})"
    seen = Customer.objects.visible_to(user)
    usual = seen.filter(pk__gt=Customer.objects.count() // 2).order_by("pk")[0]
    given: dict[str, Any] = {"id": usual.pk, "role": user.role_id}
    yield "customer page", reverse("customer", args=[usual.pk]), [(sql, given) for sql in CUSTOMER_PAGE]
    yield BEHIND, reverse("profile:late", args=[usual.pk]), [(sql, given) for sql in BEHIND_IT]
    if whole:
        busiest = [(sql, {**given, "id": 1}) for sql in CUSTOMER_PAGE]
        yield "customer page, 10,000 interactions", reverse("customer", args=[1]), busiest
    yield from lists.pages(scopes)
    yield from other_lists.pages(scopes)
    name = usual.name.split(" ")[1]
    typo = name[:2] + name[3:]
    mail = key_of(usual.pk, "email")
    phone = key_of(usual.pk, "phone")
    for what, words, part in (
        ("a typo in the name", typo, typo),
        ("part of an e-mail", mail[3:12], mail[3:12]),
        ("a frequent part of an e-mail", "firm", "firm"),
        ("part of a phone number", phone[-7:], phone[-7:]),
        ("a rare word of the timeline", rare_word(), rare_word()),
        ("a word of every text", "thank", "thank"),
    ):
        asked = {"variants": sorted(variants(words.lower())), "part": part, "like": f"%{part}%", "word": f"{words}:*"}
        theirs = "" if whole else THEIRS.format(scope=scope)
        find_text = (FIND_OFTEN if words == "thank" else FIND_TEXT).format(theirs=theirs)
        statements = [FIND_TYPO.format(scope=scope), FIND_PART.format(scope=scope), find_text, UNREAD, UNREAD_SINCE]
        yield f"search, {what}", f"{reverse('search:find')}?q={words}", [(sql, asked) for sql in statements]


def rare_word() -> str:
    """The word behind "look into the" in the newest text: of 20,000 that are drawn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM timeline_interaction WHERE source = 'bench' ORDER BY id DESC LIMIT 1")
        return str(cursor.fetchone()[0]).partition("look into the ")[2].split()[0]


def key_of(customer_id: int, kind: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM customers_identifier WHERE member_id = %s AND kind = %s", [customer_id, kind])
        return str(cursor.fetchone()[0])
