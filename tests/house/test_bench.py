"""The plain SQL that pages are measured against fits the tables there are: a reference that fails or rots measures nothing."""

import re

import pytest
from django.db import connection
from django.utils import timezone

from bench import lists, other_lists, pages

pytestmark = pytest.mark.django_db
PLACES = {
    "where": lists.LIVING,
    "counted": lists.LIVING,
    "order": "id",
    "scope": "AND c.scope_id IN (1)",
    "theirs": "",
    "table": "agenda_pin",
    "member": "member_id",
}
GIVEN = {
    **dict.fromkeys(["id", "user", "team", "at"], 1),
    **dict.fromkeys(["session", "role", "part", "like", "word", "place"], "x"),
    "variants": ["x"],
    "since": timezone.now(),
}
PLAIN = {
    f"{module.__name__}.{name}": text
    for module in (pages, lists, other_lists)
    for name, text in vars(module).items()
    if isinstance(text, str) and text.startswith(("SELECT", "WITH")) and name != "OF_MEMBERS"
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_each_reference_can_be_asked(text):
    statement = re.sub(r"\{(\w+)\}", lambda place: PLACES.get(place[1], ""), text)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", GIVEN)
        assert cursor.fetchall()


@pytest.mark.parametrize("visit", [*lists.visits()], ids=lambda visit: visit.what)
def test_each_list_has_an_index_for_its_reference(visit):
    """Where the condition of the index has changed, the reference would scan and every ratio look well."""
    with connection.cursor() as cursor:
        order, _column, _beyond = lists.SORTS[visit.sort]
        statement = lists.LIST.format(where=f"{lists.LIVING} {visit.where}", order=order)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {statement}", visit.values or {})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Disabled: true" not in plan, plan
