"""Write down how deals stand today, where it is otherwise than what was written down before."""

from datetime import date

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Coalesce, TruncDate

from rapport.sales.deal import Deal
from rapport.sales.outlook import category
from rapport.sales.pipeline import End

COLUMNS = (
    *("deal_id", "stage_id", "owner_id", "category", "probability", "amount", "currency", "closes_on", "closed_on"),
    "won",
)


@transaction.atomic
def take_standings(today: date) -> int:
    """How many deals stand otherwise than on the last day this was done. Done twice a day, the later word holds."""
    rows = (
        Deal.objects.order_by()
        .annotate(
            outlook_is=category(),
            likely=Coalesce("probability", "stage__probability"),
            closed_on=TruncDate("closed_at"),
            wins=Case(
                When(Q(stage__end=End.WON), then=Value(value=True)),
                default=Value(value=False),
                output_field=BooleanField(),
            ),
        )
        .values_list(
            *(
                "pk",
                "stage_id",
                "owner_id",
                "outlook_is",
                "likely",
                "amount",
                "currency",
                "closes_on",
                "closed_on",
                "wins",
            )
        )
    )
    text, values = rows.query.sql_with_params()
    told = {"columns": ", ".join(COLUMNS), "now": text, "otherwise": OTHERWISE}
    with connection.cursor() as cursor:
        # Twice at once: the second waits here, and finds nothing to do.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('sales.take_standings'))")
        # Every deal is looked at anyway; a plan for the few that were there once would read all again for each.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(WRITE_OVER.format(**told), [*values, today])
        over = cursor.rowcount
        cursor.execute(END.format(**told), [*values, today])
        cursor.execute(BEGIN.format(**told), [*values, today])
        begun = cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT")
        return int(over + begun)


OTHERWISE = """s.deal_id = now.deal_id AND s.until IS NULL
    AND (now.stage_id, now.owner_id, now.category, now.probability, now.amount, now.currency, now.closes_on, now.closed_on, now.won)
        IS DISTINCT FROM
        (s.stage_id, s.owner_id, s.category, s.probability, s.amount, s.currency, s.closes_on, s.closed_on, s.won)"""
# What began today is written over; what is older ends, and what stands today begins.
WRITE_OVER = """WITH now ({columns}) AS MATERIALIZED ({now})
    UPDATE sales_standing s SET stage_id = now.stage_id, owner_id = now.owner_id, category = now.category,
        probability = now.probability, amount = now.amount, currency = now.currency, closes_on = now.closes_on,
        closed_on = now.closed_on, won = now.won FROM now WHERE {otherwise} AND s.since = %s"""
END = """WITH now ({columns}) AS MATERIALIZED ({now})
    UPDATE sales_standing s SET until = day.today FROM now, (SELECT %s::date AS today) day WHERE {otherwise}"""
BEGIN = """WITH now ({columns}) AS MATERIALIZED ({now}) INSERT INTO sales_standing (since, {columns})
    SELECT %s::date, now.* FROM now
    WHERE NOT EXISTS (SELECT FROM sales_standing s WHERE s.deal_id = now.deal_id AND s.until IS NULL)"""
