"""Find customers by what somebody remembers of them: a name with a typo in it, a part of an e-mail, some digits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rapport.customers.find_identifiers import Held, by_identifier
from rapport.customers.find_names import Named, by_name, likeness
from rapport.customers.find_own import Written, by_own
from rapport.customers.veil import hidden_columns, hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.lib.names import clean, fold_key
from rapport.people.access import scopes_of
from rapport.people.models import User

LONGEST = 200
WHOLE_KEY, WHOLE_NAME, SURE_PART, PART = 2.0, 1.5, 1.1, 0.5
FORMERLY = 0.05


class Why(StrEnum):
    """What of a customer matched."""

    NAME = "name"
    FORMER_NAME = "former name"
    EMAIL = "email"
    PHONE = "phone"
    ACCOUNT = "account"
    EXTERNAL = "external"
    SOCIAL = "social"
    FIELD = "field"


@dataclass(frozen=True)
class Hit:
    """A customer that was found; ``matched`` is the name or identifier that made it so, ``score`` only ranks."""

    customer_id: int
    name: str
    kind: str
    city: str
    why: Why
    matched: str
    score: float
    last_contact_at: datetime | None = None


def find_customers(user: User, text: str, *, limit: int) -> list[Hit]:
    """The living customers that ``user`` may see and ``text`` may mean, best first."""
    asked = clean(text)[:LONGEST]
    if not asked:
        return []
    scopes = None if user.sees_all else scopes_of(user)
    named = [called(one, asked) for one in by_name(asked, scopes)]
    closed = hidden_kinds(user)
    found = by_identifier(asked, scopes, limit=limit)
    held = [reached(one, asked) for one in found if one.identifier_kind not in closed]
    own = [says(one) for one in by_own(asked, scopes, reader=user, limit=limit)]
    hits = best(held + named + own)[:limit]
    return [replace(one, city=one.city and MASK) for one in hits] if "city" in hidden_columns(user) else hits


def best(hits: Iterable[Hit]) -> list[Hit]:
    """Each customer once, by the best of its hits; among equals whoever was in contact last."""
    by_customer: dict[int, Hit] = {}
    for hit in hits:
        known = by_customer.get(hit.customer_id)
        if known is None or hit.score > known.score:
            by_customer[hit.customer_id] = hit
    return sorted(by_customer.values(), key=rank)


def rank(hit: Hit) -> tuple[float, float, str, int]:
    contact = hit.last_contact_at.timestamp() if hit.last_contact_at else 0.0
    return -round(hit.score, 3), -contact, hit.name, hit.customer_id


def called(one: Named, asked: str) -> Hit:
    """A hit by name, also by the name of a record that was merged into the customer."""
    former = one.named != one.name
    whole = fold_key(one.named) == fold_key(asked)
    score = (WHOLE_NAME if whole else likeness(asked, one.named)) - (FORMERLY if former else 0)
    why = Why.FORMER_NAME if former else Why.NAME
    return Hit(one.customer_id, one.name, one.kind, one.city, why, one.named, score, one.last_contact_at)


def reached(one: Held, asked: str) -> Hit:
    """A hit by identifier: the whole of it before everything, a part of a word after the names."""
    sure = any(sign.isdigit() or sign == "@" for sign in asked)
    score = WHOLE_KEY if one.whole else SURE_PART if sure else PART
    return Hit(
        one.customer_id, one.name, one.kind, one.city, Why(one.identifier_kind), one.value, score, one.last_contact_at
    )


def says(one: Written) -> Hit:
    """A hit by the whole of what stands in an own field: behind whole names, before parts of them."""
    matched = f"{one.label}: {one.value}"
    return Hit(one.customer_id, one.name, one.kind, one.city, Why.FIELD, matched, SURE_PART, one.last_contact_at)
