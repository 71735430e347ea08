"""The other lists that are open all day: tasks, orders, interactions, consents, each by its plainest SQL."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from bench.timing import Statement

CUSTOMER_OF = """LEFT JOIN customers_member m ON m.id = t.member_id
                 LEFT JOIN customers_customer c ON c.id = m.customer_id WHERE c.trashed_at IS NULL"""
TASKS = (
    f"SELECT t.*, c.name FROM agenda_task t {CUSTOMER_OF} {{own}} ORDER BY t.due_at DESC NULLS LAST, t.id DESC LIMIT 51"
)
TASKS_COUNT = f"SELECT count(*) FROM (SELECT FROM agenda_task t {CUSTOMER_OF} {{own}} LIMIT 1001) few"
ORDERS = f"SELECT t.*, c.name FROM sales_order t {CUSTOMER_OF} {{seen}} ORDER BY t.ordered_at DESC, t.id DESC LIMIT 51"
ORDERS_COUNT = f"SELECT count(*) FROM (SELECT FROM sales_order t {CUSTOMER_OF} {{seen}} LIMIT 1001) few"
LINES = """SELECT i.*, (SELECT array_agg(c.name) FROM timeline_participation p JOIN customers_member m ON m.id = p.member_id
                        JOIN customers_customer c ON c.id = m.customer_id WHERE p.interaction_id = i.id)
           FROM timeline_interaction i WHERE i.circles = '{{}}' {theirs} ORDER BY i.at DESC, i.id DESC LIMIT 51"""
LINES_COUNT = """SELECT count(*) FROM (
                     SELECT FROM timeline_interaction i WHERE i.circles = '{{}}' {theirs} LIMIT 1001) few"""
CONSENTS = """SELECT t.* FROM consent_consent t WHERE TRUE {holders} ORDER BY t.at DESC, t.id DESC LIMIT 101"""
THEIRS = """AND EXISTS (SELECT FROM timeline_participation p JOIN customers_member m ON m.id = p.member_id
            JOIN customers_customer c ON c.id = m.customer_id WHERE p.interaction_id = i.id AND c.scope_id IN ({scopes}))"""
HOLDERS = """AND EXISTS (SELECT FROM customers_identifier i JOIN customers_member m ON m.id = i.member_id
             JOIN customers_customer c ON c.id = m.customer_id
             WHERE i.key = t.key AND i.kind = t.way AND c.scope_id IN ({scopes}))"""


def pages(scopes: Sequence[int] | None) -> Iterator[tuple[str, str, list[Statement]]]:
    """Each as (what, address, plain SQL) for a reader of these scopes."""
    few = "" if scopes is None else ", ".join(map(str, scopes))
    asked = {
        "own": f"AND (c.scope_id IN ({few}) OR t.assignee_id = %(user)s)" if few else "",
        "seen": f"AND c.scope_id IN ({few})" if few else "",
        "theirs": THEIRS.format(scopes=few) if few else "",
        "holders": HOLDERS.format(scopes=few) if few else "",
    }
    for what, url, texts in (
        ("tasks", "agenda:list", (TASKS, TASKS_COUNT)),
        ("orders", "sales:list", (ORDERS, ORDERS_COUNT)),
        ("interactions", "timeline:list", (LINES, LINES_COUNT)),
        ("consents", "consent:register", (CONSENTS,)),
    ):
        yield f"list of {what}", f"{reverse(url)}?view=all", [(text.format(**asked), {}) for text in texts]
