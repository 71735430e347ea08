"""Say in words what stayed when an import was taken back, whose it is, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils.translation import gettext as _

from rapport.customers.models import Customer, Member
from rapport.imports.fields import Kind, fields_of
from rapport.imports.models import ImportLeft, ImportRun, Stay
from rapport.people.models import User
from rapport.sales.deal import Deal
from rapport.sales.order import Order
from rapport.timeline.models import Participation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHOWN = 20


@dataclass(frozen=True)
class LeftLine:
    """One thing that stayed. `customer` is whose it is, where the reader may see them."""

    rows: str
    field: str
    reason: "StrOrPromise"
    detail: "StrOrPromise"
    customer: Customer | None = None


def described(left: ImportLeft, customer: Customer | None = None, labels: dict[str, str] | None = None) -> LeftLine:
    detail: StrOrPromise = left.detail
    if left.reason == Stay.USED and left.detail:
        detail = apps.get_model(left.detail)._meta.verbose_name or left.detail  # noqa: SLF001
    elif left.reason != Stay.SHARED:
        detail = ""
    field = (labels or {}).get(left.field, left.field)
    return LeftLine(", ".join(map(str, left.rows[:SHOWN])), field, Stay(left.reason).label, detail, customer)


def left_lines(run: ImportRun, *, reader: User) -> list[LeftLine]:
    """The first things that stayed."""
    left = list(ImportLeft.objects.filter(run=run).order_by("-field", "pk")[:SHOWN])
    homes = homes_of(left)
    seen = Customer.objects.visible_to(reader).in_bulk(set(homes.values()))
    labels = {one.name: str(one.label) for one in fields_of(Kind(run.kind))} | {"identifier": _("identifier")}
    return [described(one, seen.get(homes.get((one.label, one.subject), 0)), labels) for one in left]


def homes_of(left: Iterable[ImportLeft]) -> dict[tuple[str, int], int]:
    """(table, subject) → the customer that it is of now."""
    subjects: dict[str, list[int]] = {}
    for one in left:
        subjects.setdefault(one.label, []).append(one.subject)
    return {(label, pk): home for label, ids in subjects.items() for pk, home in homes_in(label, ids)}


def homes_in(label: str, ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    if label == "customers_member":
        return Member.objects.filter(pk__in=ids).values_list("pk", "customer_id")
    if label == "catalogue_product":
        return ()
    if label == "sales_order":
        orders = Order.objects.filter(pk__in=ids).exclude(member=None)
        return ((pk, home) for pk, home in orders.values_list("pk", "member__customer") if home)
    if label == "sales_deal":
        deals = Deal.objects.filter(pk__in=ids).exclude(member=None)
        return ((pk, home) for pk, home in deals.values_list("pk", "member__customer") if home)
    seats = Participation.objects.filter(interaction__in=ids, main=True).exclude(member=None)
    return ((pk, home) for pk, home in seats.values_list("interaction_id", "member__customer") if home)
