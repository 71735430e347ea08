"""Who stands around a customer: the people of a company or household, the companies of its group, above and below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q

from rapport.customers.models import Customer, Kind, Member, Relationship
from rapport.people.access import scopes_of
from rapport.people.models import User

DEEPEST = 12
MOST = 500
PEOPLE, GROUP = "people", "group"
BELONGS = Q(kind__in=[Relationship.Kind.WORKS_AT, Relationship.Kind.HOUSEHOLD]) | Q(
    kind=Relationship.Kind.PART_OF, member__customer__kind=Kind.PERSON
)


@dataclass(frozen=True)
class Branch:
    """One company of a group; ``level`` 0 is its head, ``above`` the one it is part of."""

    customer_id: int
    name: str
    level: int
    above: int | None


def around(customer: Customer, who: str, *, reader: User) -> list[int]:
    """The customers whose timeline is read beside that of ``customer``, as far as ``reader`` may see them."""
    if who not in {PEOPLE, GROUP} or customer.kind == Kind.PERSON:
        return []
    firms = [customer.pk]
    if who == GROUP:
        firms = [one.customer_id for one in group_of(customer, reader=reader)] or firms
    found = dict.fromkeys([*firms, *people_of(firms, reader=reader)])
    return [pk for pk in found if pk != customer.pk][:MOST]


def people_of(customer_ids: Sequence[int], *, reader: User) -> list[int]:
    """Those who work or live there today."""
    ties = Relationship.objects.filter(BELONGS, until=None, other__customer__in=customer_ids)
    seen = ties.filter(member__in=Member.objects.visible_to(reader)).exclude(member__customer=F("other__customer"))
    return list(dict.fromkeys(seen.order_by("pk").values_list("member__customer", flat=True)[:MOST]))


def members_of(customer_ids: Iterable[int], *, reader: User) -> list[int]:
    """All members of these customers; only those of records that ``reader`` may see."""
    found = Member.objects.visible_to(reader).filter(customer__in=list(customer_ids))
    return list(found.order_by("pk").values_list("pk", flat=True))


def group_of(customer: Customer, *, reader: User) -> list[Branch]:
    """The whole group of a company in the order of a tree; empty when it stands alone."""
    scopes = None if reader.sees_all else scopes_of(reader)
    with connection.cursor() as cursor:
        cursor.execute(GROUP_OF, {"id": customer.pk, "deepest": DEEPEST, "all": scopes is None, "scopes": scopes or []})
        rows = cursor.fetchall()
    if not rows:
        return []
    return in_order(rows)


def in_order(rows: Sequence[tuple[Any, ...]]) -> list[Branch]:
    """Child below parent, siblings by name; each company once, however its records are tied."""
    below: dict[int, list[tuple[str, int]]] = {}
    names: dict[int, str] = {}
    children = set()
    for child, child_name, parent, parent_name in rows:
        if (child_name, child) not in below.setdefault(parent, []):
            below[parent].append((child_name, child))
        names |= {child: child_name, parent: parent_name}
        children.add(child)
    found: dict[int, Branch] = {}
    heads = sorted((name, pk) for pk, name in names.items() if pk not in children)
    # Merges can close a circle; then everybody is a head, and each is told where it is met first.
    heads = heads or sorted((name, pk) for pk, name in names.items())
    pile: list[tuple[int, int, int | None]] = [(pk, 0, None) for _name, pk in reversed(heads)]
    while pile and len(found) < MOST:
        pk, level, above = pile.pop()
        if pk not in found:
            found[pk] = Branch(pk, names[pk], level, above)
            pile.extend((child, level + 1, pk) for _name, child in sorted(below.get(pk, []), reverse=True))
    return list(found.values())


def would_circle(part: Customer, whole: Customer) -> bool:
    """Whether ``whole`` already is, however far up, a part of ``part``."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"id": whole.pk})
        return part.pk in {pk for (pk,) in cursor.fetchall()}


EDGES = """
    SELECT DISTINCT c.id AS child, c.name AS child_name, p.id AS parent, p.name AS parent_name
    FROM customers_relationship r
    JOIN customers_member cm ON cm.id = r.member_id JOIN customers_customer c ON c.id = cm.customer_id
    JOIN customers_member pm ON pm.id = r.other_id JOIN customers_customer p ON p.id = pm.customer_id
    WHERE r.kind = 'part of' AND r.until IS NULL AND c.kind <> 'person' AND c.id <> p.id
"""
# First up from the company to the heads of its group, then down from everything that was met.
GROUP_OF = f"""
WITH RECURSIVE up(id, depth) AS (
    SELECT %(id)s::bigint, 0
    UNION SELECT e.parent, up.depth + 1 FROM up CROSS JOIN LATERAL (
        {EDGES} AND cm.customer_id = up.id AND (%(all)s OR p.scope_id = ANY(%(scopes)s))) e WHERE up.depth < %(deepest)s
), down(id, depth) AS (
    SELECT id, 0 FROM (SELECT DISTINCT id FROM up) heads
    UNION SELECT e.child, down.depth + 1 FROM down CROSS JOIN LATERAL (
        {EDGES} AND pm.customer_id = down.id AND (%(all)s OR c.scope_id = ANY(%(scopes)s))) e
    WHERE down.depth < %(deepest)s
)
SELECT e.child, e.child_name, e.parent, e.parent_name FROM (SELECT DISTINCT id FROM down) met CROSS JOIN LATERAL (
    {EDGES} AND pm.customer_id = met.id AND (%(all)s OR c.scope_id = ANY(%(scopes)s))) e
"""  # noqa: S608
# Whoever may see what: a circle is a circle.
ABOVE = """
WITH RECURSIVE up(id) AS (
    SELECT %(id)s::bigint
    UNION SELECT om.customer_id FROM up JOIN customers_member m ON m.customer_id = up.id
    JOIN customers_relationship r ON r.member_id = m.id AND r.kind = 'part of' AND r.until IS NULL
    JOIN customers_member om ON om.id = r.other_id
) SELECT id FROM up
"""
