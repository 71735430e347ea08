"""Read the queue of pairs that may be one customer: the likeliest first, both records side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import QueryDict

from rapport.customers.detail import LABELS
from rapport.customers.models import Customer, Identifier
from rapport.customers.veil import hidden_kinds, thinned
from rapport.fields.sensitivity import MASK
from rapport.identity.models import Crowd, Pair, Sweep
from rapport.identity.reasons import conflict, in_words, likelihood
from rapport.lib.names import fold_key
from rapport.people.access import scopes_of
from rapport.people.models import User
from rapport.ui.keyset import Cursor, Order, Page, read_page

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIZE, ENOUGH, FEW = 10, 100, 20
BY_SCORE = Order("score", descending=True, kind=int)
BY_DECISION = Order("decided_at", descending=True, kind=datetime)
FIELDS = ("name", "street", "postcode", "city", "region", "country", "language", "website", "owner", "team")
KINDS = (Identifier.Kind.EMAIL, Identifier.Kind.PHONE, Identifier.Kind.ACCOUNT)
Held = Mapping[int, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Row:
    """One field of both records; a value that only one of them has is no difference."""

    label: str
    stays: str
    goes: str

    @property
    def same(self) -> bool:
        """What is hidden may be the same or not."""
        return self.stays == self.goes and self.stays != MASK

    @property
    def differs(self) -> bool:
        return bool(self.stays and self.goes) and fold_key(self.stays) != fold_key(self.goes)


@dataclass(frozen=True)
class Line:
    """A pair as the page shows it. ``stays`` is the older record."""

    pair: Pair
    stays: Customer
    goes: Customer
    rows: tuple[Row, ...]
    same: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        return in_words(self.pair.reasons)

    @property
    def conflict(self) -> str:
        return conflict(self.pair.conflict_source)

    @property
    def likelihood(self) -> "StrOrPromise":
        return likelihood(self.pair.score)


@dataclass(frozen=True)
class Queue:
    """One page of it. ``crowds`` holds names and identifiers that too many share to be compared; ``sweep`` is the last."""

    lines: tuple[Line, ...]
    page: Page
    crowds: tuple[Crowd, ...] = ()
    sweep: Sweep | None = None


def queue(reader: User, place: QueryDict) -> Queue:
    """The open pairs that ``reader`` may decide, from the place that the address names."""
    scopes = None if reader.sees_all else scopes_of(reader)
    rows = Pair.objects.visible_to(reader).open()
    page = read_page(rows, BY_SCORE, Cursor.of(place, BY_SCORE), SIZE, scopes)
    # Their values may be of any team.
    crowds = Crowd.objects.order_by("-pk")[:FEW] if scopes is None else ()
    return Queue(tuple(lines_of(in_order(page), reader=reader)), page, tuple(crowds), sweep_of(reader))


def sweep_of(reader: User) -> Sweep | None:
    """The last comparison of all customers, for those who may begin one."""
    return Sweep.objects.order_by("-pk").first() if reader.allows("identity.compare_all") else None


def decided(reader: User, place: QueryDict) -> tuple[list[Pair], Page]:
    """What was decided, the newest first."""
    rows = Pair.objects.visible_to(reader).exclude(state=Pair.State.OPEN)
    page = read_page(rows, BY_DECISION, Cursor.of(place, BY_DECISION), SIZE * 3, None)
    return in_order(page), page


def in_order(page: Page) -> list[Pair]:
    found = Pair.objects.with_customers().in_bulk(page.ids)
    return [found[pk] for pk in page.ids if pk in found]


def lines_of(pairs: Iterable[Pair], *, reader: User) -> list[Line]:
    """``pairs`` with what stands beside each other, in one more query."""
    given = list(pairs)
    customers = [member.customer for pair in given for member in (pair.one, pair.other)]
    held = identifiers_of({customer.pk for customer in customers}, reader=reader)
    return [line_of(pair, held, reader=reader) for pair in given]


def identifiers_of(customer_ids: Iterable[int], *, reader: User) -> Held:
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = Identifier.objects.filter(member__customer__in=list(customer_ids), kind__in=KINDS)
    closed = hidden_kinds(reader)
    for customer_id, kind, value in rows.order_by("pk").values_list("member__customer", "kind", "value"):
        told = MASK if kind in closed else value
        if told not in found[customer_id][kind]:
            found[customer_id][kind].append(told)
    return found


def line_of(pair: Pair, held: Held, *, reader: User) -> Line:
    both = thinned((pair.one.customer, pair.other.customer), reader=reader)
    stays, goes = sorted(both, key=lambda customer: customer.pk)
    rows = [Row(str(LABELS[name]), written(stays, name), written(goes, name)) for name in FIELDS]
    rows[1:1] = [
        Row(str(kind.label), *(", ".join(held[customer.pk][kind][:FEW]) for customer in (stays, goes)))
        for kind in KINDS
    ]
    # The name heads the table; what else both say alike needs one line, not one each.
    beside = (row for row in rows if not row.same or row is rows[0])
    return Line(pair, stays, goes, tuple(beside), tuple(row.stays for row in rows[1:] if row.same and row.stays))


def written(customer: Customer, name: str) -> str:
    return str(getattr(customer, name) or "")


def suspected(user: User) -> int:
    """How many pairs wait for this user, counted as far as a badge needs it."""
    return Pair.objects.visible_to(user).open()[:ENOUGH].count()
