"""Keep the words of customers' names findable, also with a typo."""

from collections.abc import Iterable

from django.db import connection

from rapport.lib.copying import as_json
from rapport.lib.names import variants, words


def index_names(names: Iterable[tuple[int, str]], *, fresh: bool) -> None:
    """Make customers findable by ``names`` (id, name); ``fresh`` says that they had no name before."""
    uses = [(customer_id, word) for customer_id, name in names for word in words(name)]
    everyone = sorted({customer_id for customer_id, _name in names}) if not fresh else []
    distinct = sorted({word for _customer_id, word in uses})
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM customers_nametoken WHERE token = ANY(%s)", [distinct])
        known = {row[0] for row in cursor.fetchall()}
        missing = [word for word in distinct if word not in known]
        if missing:
            add_tokens(missing)
        if everyone:
            cursor.execute("DELETE FROM customers_nameuse WHERE customer_id = ANY(%s)", [everyone])
        cursor.execute(
            """INSERT INTO customers_nameuse (token_id, customer_id)
               SELECT token.id, use.customer_id
               FROM (SELECT (row->>0)::bigint AS customer_id, row->>1 AS word
                     FROM jsonb_array_elements(%s::jsonb) AS row) AS use
               JOIN customers_nametoken token ON token.token = use.word
               ON CONFLICT DO NOTHING""",
            [as_json(uses)],
        )


def add_tokens(missing: list[str]) -> None:
    pairs = sorted((word, variant) for word in missing for variant in variants(word))
    with connection.cursor() as cursor:
        # In order, so that two writers of the same words never wait for each other in a circle.
        cursor.execute(
            "INSERT INTO customers_nametoken (token) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [missing]
        )
        cursor.execute(
            """INSERT INTO customers_namevariant (variant, token_id)
               SELECT pair.variant, token.id
               FROM (SELECT row->>0 AS word, row->>1 AS variant FROM jsonb_array_elements(%s::jsonb) AS row) AS pair
               JOIN customers_nametoken token ON token.token = pair.word
               ORDER BY pair.variant, token.id
               ON CONFLICT DO NOTHING""",
            [as_json(pairs)],
        )
