"""What is asked often reads an index, whoever asks: the list among many customers, and what hangs on one of them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
MANY = """
INSERT INTO customers_customer (kind, name, first_name, last_name, street, postcode, city, region, country, language,
    time_zone, website, tags, team_id, scope_id, lineage, sort_key, fold_key, last_contact_at, created_at)
SELECT 'person', 'Name ' || n, '', '', '', '',
    CASE WHEN n % 5 = 0 THEN '' ELSE 'City ' || n % 400 END, '', '', '', '', '',
    CASE WHEN n % 100 = 0 THEN ARRAY['vip', 'tag ' || n % 7000] WHEN n % 3 = 0 THEN ARRAY['lead'] ELSE '{}' END,
    CASE WHEN n % 2 = 0 THEN %(team)s END, CASE WHEN n % 2 = 0 THEN %(scope)s ELSE 1 END, '{}', 'name' || n, 'name ' || n,
    CASE WHEN n % 4 > 0 THEN now() - n * interval '1 hour' END, now() - n * interval '1 hour'
FROM generate_series(1, 20000) AS n
"""


@pytest.fixture
def crowd(db, iberia):
    with connection.cursor() as cursor:
        cursor.execute(MANY.replace("n %", "n %%"), {"team": iberia.pk, "scope": iberia.scope.pk})
        cursor.execute("ANALYZE customers_customer")


def plans(client, query):
    """How the database reads customers for a page of the list: the page, its lines, the count."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/customers/{query}").status_code == 200
    # What stands before the brackets of a merged list is the note of who asks.
    reads = [re.sub(r"^SELECT set_config.*?; \(", "(", one["sql"]) for one in asked]
    with connection.cursor() as cursor:
        for read in reads:
            if 'FROM "customers_customer"' in read and "EXPLAIN" not in read:
                cursor.execute(f"EXPLAIN {read}")
                yield "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.req("K9")
@pytest.mark.parametrize("who", ["boss", "ana"])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("?tag=tag 700", "customers_by_tag"),
        ("?tag=vip,tag 700", "customers_by_tag"),
        ("?city=city 42", "customers_of_city"),
        ("?city=City 42, CITY 43&sort=name", "customers_of_city"),
    ],
)
def test_a_tag_and_a_city_are_found_without_reading_everybody(request, signed_in, crowd, who, query, index):
    # What fits on a page is counted there.
    page, lines, *counts = plans(signed_in(request.getfixturevalue(who)), query)
    assert "Seq Scan on customers_customer" not in "".join([page, lines, *counts])
    assert all(index in plan for plan in (page, *counts))


@pytest.mark.parametrize("who", ["boss", "ana"])
@pytest.mark.parametrize("query", ["", "?sort=name", "?sort=created", "?tag=lead&sort=name"])
def test_a_page_in_its_order_reads_no_more_than_the_page(request, signed_in, crowd, who, query):
    page, lines, *_counts = plans(signed_in(request.getfixturevalue(who)), query)
    assert "Seq Scan on customers_customer" not in page + lines
    assert "customers_of_scope_by_" in page if who == "ana" else "customers_by_" in page


def test_whose_merged_records_live_elsewhere_is_found_without_reading_everybody(crowd):
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT id FROM customers_customer WHERE merged_into_id = 7")
        assert "customers_merged" in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("table", "column", "constraint"),
    [
        ("customers_identifier", "member_id", "each_identifier_once_a_member"),
        ("customers_relationship", "member_id", "each_relationship_once"),
        ("customers_figure", "customer_id", "each_figure_once_a_customer"),
    ],
)
def test_a_constraint_serves_as_the_index_of_the_key_it_leads_with(table, column, constraint):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM {table} WHERE {column} = 7")  # noqa: S608 - names of ours
        assert constraint in str(cursor.fetchall())
