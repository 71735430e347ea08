"""Fill a house with deals, and time what is done with them."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.pages import SHELL, SIGNED_IN, reader
from bench.timing import Statement, Timing, beside, percentile
from rapport.people.models import Scope, Team, User
from rapport.people.roles import BuiltIn
from rapport.sales.deal import Deal
from rapport.sales.keep_rates import reckon_in
from rapport.sales.period import quarter_at
from rapport.sales.pipeline import Asked, End, Pipeline, Stage
from rapport.sales.shape_pipeline import begin_pipeline
from rapport.sales.take_standings import take_standings

OPEN, ON_THE_BOARD, STAGES, DRAGS = 0.1, 10_000, 12, 40
DEALS = """
INSERT INTO sales_deal (name, member_id, pipeline_id, stage_id, owner_id, amount, currency, probability, closes_on, next_step,
                        next_step_on, stage_since, opened_at, closed_at, said, agent, source, external_id)
SELECT 'Deal ' || n, 1 + n %% %(customers)s, %(pipeline)s,
       CASE WHEN n > %(open)s THEN ends[1 + (n %% 3 = 0)::int] ELSE going[1 + n %% array_length(going, 1)] END,
       people[1 + n %% array_length(people, 1)], 100 + (hashint8extended(n, 1) & 1048575) / 10.0, 'EUR',
       CASE WHEN n %% 4 = 0 THEN (n %% 11) * 10 END, %(today)s::date + ((hashint8extended(n, 2) & 1023) %% 120 - 20)::int,
       CASE WHEN n > %(open)s THEN '' ELSE 'Call' END, %(today)s::date + ((hashint8extended(n, 3) & 1023) %% 40 - 10)::int,
       %(now)s - (n %% 60) * interval '1 day', m.at - interval '40 days', CASE WHEN n > %(open)s THEN m.at END, '', '', '', ''
FROM generate_series(1, %(deals)s) n,
     (SELECT %(people)s::bigint[] AS people, %(going)s::bigint[] AS going, %(ends)s::bigint[] AS ends) given,
     LATERAL (SELECT %(now)s - ((hashint8extended(n, 4) & 65535) %% 700) * interval '1 day' AS at) m
"""
MOVES = """
INSERT INTO sales_move (deal_id, from_stage_id, to_stage_id, at)
SELECT d.id, NULL::bigint, (SELECT id FROM sales_stage s WHERE s.pipeline_id = d.pipeline_id AND s.end = 'open' ORDER BY place LIMIT 1), d.opened_at
FROM sales_deal d WHERE d.pipeline_id = ANY(%(pipelines)s)
UNION ALL SELECT d.id, NULL::bigint, d.stage_id, coalesce(d.closed_at, d.stage_since) FROM sales_deal d WHERE d.pipeline_id = ANY(%(pipelines)s)
"""
CUSTOMER_OF = """JOIN customers_member m ON m.id = t.member_id JOIN customers_customer c ON c.id = m.customer_id
                 WHERE c.trashed_at IS NULL"""
STATE = "AND t.closed_at IS NULL"
LIST = f"SELECT t.*, c.name FROM sales_deal t {CUSTOMER_OF} {{seen}} {{state}} ORDER BY {{order}} LIMIT 51"
COUNT = f"SELECT count(*) FROM (SELECT FROM sales_deal t {CUSTOMER_OF} {{seen}} {{state}} LIMIT 1001) few"
SUMS = f"SELECT t.stage_id, t.currency, count(*), sum(t.amount) FROM sales_deal t {CUSTOMER_OF} {{seen}} {STATE} AND t.pipeline_id = %(pipeline)s GROUP BY 1, 2"
CARDS = f"""SELECT * FROM (SELECT t.*, row_number() OVER (PARTITION BY t.stage_id ORDER BY t.next_step_on NULLS FIRST, t.id) AS place
            FROM sales_deal t {CUSTOMER_OF} {{seen}} {STATE} AND t.pipeline_id = %(pipeline)s) placed WHERE place <= 25"""
GROUPS = f"""SELECT t.owner_id, s.probability, t.currency, count(*), sum(t.amount) FROM sales_deal t JOIN sales_stage s ON s.id = t.stage_id
             {CUSTOMER_OF} {{seen}} {STATE} AND t.closes_on >= %(first)s AND t.closes_on < %(end)s GROUP BY 1, 2, 3"""
WONS = f"""SELECT t.owner_id, t.closed_at::date, t.currency, count(*), sum(t.amount) FROM sales_deal t JOIN sales_stage s ON s.id = t.stage_id
           {CUSTOMER_OF} {{seen}} AND s.end = 'won' AND t.closed_at >= %(first)s AND t.closed_at < %(end)s GROUP BY 1, 2, 3"""


def measure(options: argparse.Namespace) -> int:
    if not Deal.objects.exists():
        start = time.perf_counter()
        fill(options.deals, options.customers)
        print(f"deals filled in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print("| page | reader | whole, ms (p50 / p95) | × empty page | database, ms | plain SQL, ms | × | queries |")
    print("|---|---|--:|--:|--:|--:|--:|--:|")
    for user in (reader(BuiltIn.ADMINISTRATOR, None), reader(BuiltIn.AGENT, Team.objects.order_by("pk")[0])):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        given = {"session": client.session.session_key, "user": user.pk, "team": user.team_id}
        for what, address, shell, statements in visits(user):
            whole = [(sql, {**given, **values}) for sql, values in [*((one, {}) for one in shell), *statements]]
            timing, empty, plain = beside(client, address, "/bench/empty/", whole, options.runs)
            line(what, "administrator" if user.sees_all else "agent, 1 %", timing, empty, plain)
    drag()
    return 0


def line(what: str, who: str, timing: Timing, empty: Timing, plain: float) -> None:
    times = f"{timing.median:.1f} / {timing.p95:.1f} | {timing.fastest / empty.fastest:.1f}"
    print(
        f"| {what} | {who} | {times} | {timing.database:.1f} | {plain:.1f} | {timing.database / plain:.1f} | {timing.queries} |",
        flush=True,
    )


def visits(user: User) -> Iterator[tuple[str, str, Sequence[str], list[Statement]]]:
    scopes = None if user.sees_all else list(Scope.objects.of(user).values_list("pk", flat=True))
    seen = "" if scopes is None else f"AND c.scope_id IN ({', '.join(map(str, scopes))})"
    board = Pipeline.objects.get(name="Board")
    period = quarter_at(timezone.localdate())
    given = {"pipeline": board.pk, "first": period.first, "end": period.end}
    for what, query, state, order in (
        (
            "list of deals, open",
            "state=open&sort=due",
            f"{STATE} AND t.next_step_on IS NOT NULL",
            "t.next_step_on NULLS FIRST, t.id",
        ),
        ("list of deals, all", "view=all", "AND t.next_step_on IS NOT NULL", "t.next_step_on NULLS FIRST, t.id"),
        ("list of deals, all by -amount", "view=all&sort=-amount", "", "t.amount DESC NULLS LAST, t.id DESC"),
        (
            "list of deals, all by closing day",
            "view=all&sort=closes",
            "AND t.closes_on IS NOT NULL",
            "t.closes_on NULLS FIRST, t.id",
        ),
    ):
        texts = [one.format(seen=seen, state=state, order=order) for one in (LIST, COUNT)]
        yield what, f"{reverse('sales:deals')}?{query}", SHELL, [(text, given) for text in texts]
    boards = [(text.format(seen=seen), given) for text in (SUMS, CARDS)]
    yield (
        f"board, {ON_THE_BOARD:,} open deals in {STAGES} stages",
        f"{reverse('sales:board')}?pipeline={board.pk}",
        SHELL,
        boards,
    )
    sums = [(text.format(seen=seen), given) for text in (GROUPS, WONS)]
    yield "forecast of a quarter by owner", reverse("sales:forecast"), SHELL, sums
    yield "forecast of a quarter by unit", f"{reverse('sales:forecast')}?by=unit", SHELL, sums
    yield "where it will probably end", reverse("sales:likely"), SIGNED_IN, sums


def drag() -> None:
    """How long the server takes to answer a card that was dragged to the next stage, as the board sends it."""
    user = reader(BuiltIn.ADMINISTRATOR, None)
    client = Client(headers={"HX-Request": "true"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    stages = list(Stage.objects.filter(pipeline__name="Board", end=End.OPEN).order_by("place"))
    took = []
    for deal in Deal.objects.filter(stage=stages[0], closed_at=None).order_by("pk")[: DRAGS + 2]:
        start = time.perf_counter()
        response = client.post(reverse("sales:move", args=[deal.pk, stages[1].pk]), {"seen": stages[0].pk})
        took.append((time.perf_counter() - start) * 1000)
        if response.status_code != 204:
            message = f"a drag was answered {response.status_code}"
            raise RuntimeError(message)
    took = took[2:]
    print(
        f"\nA drag is answered in {sorted(took)[len(took) // 2]:.1f} ms (p95 {percentile(took):.1f}, {len(took)} drags)."
    )


def fill(deals: int, customers: int) -> None:
    with transaction.atomic():
        boss = reader(BuiltIn.ADMINISTRATOR, None)
        reader(BuiltIn.AGENT, Team.objects.order_by("pk")[0])
        now = timezone.now()
        reckon_in("EUR")
        wide = begin_pipeline("Everything", by=boss, at=now)
        board = begin_pipeline("Board", by=boss, at=now)
        for number in range(STAGES - board.stages.filter(end=End.OPEN).count()):
            Stage.objects.create(
                pipeline=board, name=f"Step {number}", place=4 + number, probability=50, needs=[Asked.AMOUNT]
            )
        people = list(User.objects.order_by("pk").values_list("pk", flat=True))
        given = {"customers": customers, "people": people, "now": now, "today": timezone.localdate()}
        with connection.cursor() as cursor:
            for pipeline, number, still in (
                (board, ON_THE_BOARD, ON_THE_BOARD),
                (wide, deals - ON_THE_BOARD, int(deals * OPEN) - ON_THE_BOARD),
            ):
                stages = {
                    end: list(pipeline.stages.filter(end=end).order_by("place").values_list("pk", flat=True))
                    for end in End
                }
                own = {"pipeline": pipeline.pk, "deals": number, "open": still, "going": stages[End.OPEN]}
                cursor.execute(DEALS, {**given, **own, "ends": [stages[End.LOST][0], stages[End.WON][0]]})
            cursor.execute(MOVES, {"pipelines": [board.pk, wide.pk]})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sales_deal")
        cursor.execute("VACUUM ANALYZE sales_move")
    take_standings(timezone.localdate())
