"""Where is the row with this e-mail address, number or id? Asked of all imports at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import Product
from rapport.customers.models import Customer, Identifier, Member, SourceRecord
from rapport.customers.veil import hidden_kinds
from rapport.imports.closed import keeps_failures_from
from rapport.imports.fields import Kind
from rapport.imports.models import ImportFailure, ImportPiece, ImportRun
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.people.models import LegalEntity, User
from rapport.sales.deal import Deal
from rapport.sales.order import Order
from rapport.timeline.models import Participation, Receipt

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 50
OUTCOMES: "dict[str, StrOrPromise]" = {
    "c": _("taken in as new"),
    "n": _("taken in, of nobody yet"),
    "u": _("updated what was known"),
    "s": _("skipped: it said nothing new"),
}


@dataclass(frozen=True)
class Found:
    """A row of some import and what became of it; `customer` is whose it is now, where the reader may see them."""

    run: ImportRun
    number: int
    became: "StrOrPromise"
    customer: Customer | None = None


def whereabouts(said: str, *, reader: User) -> list[Found]:
    """Every row that speaks of ``said``, the newest import first."""
    said = said.strip()
    if not said:
        return []
    runs = ImportRun.objects.visible_to(reader)
    failed = ImportFailure.objects.filter(run__in=runs).extra(
        where=["EXISTS (SELECT FROM unnest(cells) AS cell WHERE lower(btrim(cell)) = lower(%s))"], params=[said]
    )
    rows = failed.select_related("run").order_by("-run", "number")[:MOST]
    found = [Found(one.run, one.number, one.reason) for one in rows if not keeps_failures_from(one.run, reader=reader)]
    found += taken(said, runs, reader)
    return sorted(found, key=lambda one: (-one.run.pk, one.number))[:MOST]


def taken(said: str, runs: QuerySet[ImportRun], reader: User) -> Iterator[Found]:
    people = members(said, reader=reader)
    events = set(Receipt.objects.filter(external_id=said).values_list("interaction_id", flat=True)[:MOST])
    orders = set(Order.objects.filter(external_id=said).values_list("pk", flat=True)[:MOST])
    deals = set(Deal.objects.filter(external_id=said).values_list("pk", flat=True)[:MOST])
    products = set(Product.objects.filter(number__iexact=said).values_list("pk", flat=True)[:MOST])
    for kinds, subjects in (
        ((Kind.CUSTOMERS, Kind.COMPANIES), people),
        ((Kind.INTERACTIONS, Kind.LEADS), events),
        ((Kind.ORDERS,), orders),
        ((Kind.DEALS,), deals),
        ((Kind.PRODUCTS,), products),
    ):
        if subjects:
            yield from rows_of(ImportPiece.objects.filter(run__in=runs, run__kind__in=kinds), subjects, reader)


def rows_of(pieces: QuerySet[ImportPiece], subjects: set[int], reader: User) -> Iterator[Found]:
    hits = pieces.filter(subjects__overlap=sorted(subjects)).select_related("run").order_by("-run", "step")[:MOST]
    for piece in hits:
        homes = customers_of(Kind(piece.run.kind), subjects, reader)
        for subject, letter, number in zip(piece.subjects, piece.outcomes, piece.numbers, strict=True):
            if subject in subjects and letter in OUTCOMES:
                yield Found(piece.run, number, OUTCOMES[letter], homes.get(subject))


def members(said: str, *, reader: User) -> set[int]:
    """The members of whoever has this identifier or whose record has this id."""
    keys = {said}
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    for kind in ("email", "phone"):
        try:
            keys.add(normalise(kind, said, region=region).key)
        except NotAnIdentifier:
            continue
    closed = hidden_kinds(reader)
    held = Identifier.objects.filter(key__in=keys).exclude(kind__in=closed).values("member__customer")
    own = SourceRecord.objects.filter(external_id=said).values("member")
    if Identifier.Kind.EXTERNAL in closed:
        own = own.none()
    return set(Member.objects.filter(Q(customer__in=held) | Q(pk__in=own)).values_list("pk", flat=True)[:MOST])


def customers_of(kind: Kind, subjects: set[int], reader: User) -> dict[int, Customer]:
    if kind in {Kind.INTERACTIONS, Kind.LEADS}:
        seats = Participation.objects.filter(interaction__in=subjects, main=True).exclude(member=None)
        homes = dict(seats.values_list("interaction_id", "member__customer"))
    elif kind == Kind.ORDERS:
        orders = Order.objects.filter(pk__in=subjects).exclude(member=None)
        homes = dict(orders.values_list("pk", "member__customer"))
    elif kind == Kind.PRODUCTS:
        homes = {}
    elif kind == Kind.DEALS:
        homes = dict(Deal.objects.filter(pk__in=subjects).values_list("pk", "member__customer"))
    else:
        homes = dict(Member.objects.filter(pk__in=subjects).values_list("pk", "customer_id"))
    seen = Customer.objects.visible_to(reader).in_bulk({pk for pk in homes.values() if pk})
    return {subject: seen[pk] for subject, pk in homes.items() if pk in seen}
