"""Take back what one piece of an import wrote, in the caller's transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max, OuterRef, Subquery

from rapport.consent.strike import strike
from rapport.customers.compute import compute
from rapport.customers.models import Customer, Member
from rapport.identity.register import FOUNDING
from rapport.imports.fields import Kind
from rapport.imports.images import Left, Step
from rapport.imports.models import ImportLeft, ImportPiece, ImportRun
from rapport.imports.undo_deals import undo_deals
from rapport.imports.undo_interactions import undo_interactions
from rapport.imports.undo_leads import undo_leads
from rapport.imports.undo_products import undo_products
from rapport.imports.undo_records import undo_records
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.people.models import User
from rapport.sales.order import Order
from rapport.timeline.tally import recount

SUBJECT = {
    Kind.LEADS: "timeline_interaction",
    Kind.INTERACTIONS: "timeline_interaction",
    Kind.ORDERS: "sales_order",
    Kind.DEALS: "sales_deal",
    Kind.PRODUCTS: "catalogue_product",
}
DONE_SOMETHING = frozenset("cnu")


def undo_step(run: ImportRun, piece: ImportPiece, *, by: User | None, at: datetime) -> Counter[str]:
    """Counts of what went (`customers`, `interactions`, `orders`), went back (`records`, `corrections`), and of rows."""
    with connection.cursor() as cursor:
        # Nobody is found or founded meanwhile.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
    step = Step.of(run.pk, piece.step)
    deals, shelved, leads = undo_deals(step), undo_products(step), undo_leads(step)
    passed = undo_interactions(step, nobodys(run, piece))
    known = undo_records(step)
    words = strike(step.made["consent_consent"], evidence=f"Import of “{run.file_name}” taken back", by=by, at=at)
    members = sorted(Member.objects.filter(pk__in=passed.members).values_list("pk", flat=True))
    recount(members)
    homes = Member.objects.filter(pk__in=members).values_list("customer_id", flat=True)
    touched = sorted({*known.touched, *homes})
    compute(sorted(known.touched))
    last_contact(known.touched)
    if touched:
        record(Fact.CUSTOMERS_RESTORED, touched, by=by, at=at)
    if passed.back:
        record(Fact.INTERACTIONS_CORRECTED, passed.back, by=by, at=at)
    if deals.touched:
        record(Fact.DEALS_CHANGED, deals.touched, by=by, at=at)
    left = [*deals.left, *shelved.left, *passed.left, *known.left]
    rows_left = keep_left(run, piece, left)
    done = sum(letter in DONE_SOMETHING for letter in piece.outcomes)
    return Counter(
        customers=known.gone,
        records=known.back,
        interactions=passed.gone,
        orders=passed.orders_gone,
        deals=deals.gone,
        products=shelved.gone,
        leads=leads,
        corrections=len(passed.back),
        consents=words,
        rows_back=done - rows_left,
        rows_left=rows_left,
    )


def last_contact(customers: Iterable[int]) -> None:
    """A customer who lost a member was last in touch when its other members were."""
    members = Member.objects.filter(customer=OuterRef("pk")).values("customer").annotate(last=Max("last_contact_at"))
    Customer.objects.filter(pk__in=list(customers)).update(last_contact_at=Subquery(members.values("last")))


def nobodys(run: ImportRun, piece: ImportPiece) -> list[int]:
    """The interactions that came in without anybody to whom they belong."""
    found = [pk for pk, letter in zip(piece.subjects, piece.outcomes, strict=True) if letter == "n" and pk]
    if run.kind == Kind.ORDERS:
        return list(Order.objects.filter(pk__in=found).values_list("interaction_id", flat=True))
    return found


def keep_left(run: ImportRun, piece: ImportPiece, left: Sequence[Left]) -> int:
    """Write down what stays and the rows that made it so; how many rows that are."""
    label = SUBJECT.get(Kind(run.kind), "customers_member")
    rows: dict[int, list[int]] = {}
    for pk, letter, number in zip(piece.subjects, piece.outcomes, piece.numbers, strict=True):
        if pk is not None and letter in DONE_SOMETHING:
            rows.setdefault(pk, []).append(number)
    distinct = list(dict.fromkeys(left))
    ImportLeft.objects.bulk_create(
        ImportLeft(
            run=run,
            label=one.label,
            subject=one.subject,
            rows=rows.get(one.subject, []) if one.label == label else [],
            field=one.field[:100],
            reason=one.reason,
            detail=one.detail,
        )
        for one in distinct
    )
    return len({number for one in distinct if one.label == label for number in rows.get(one.subject, [])})
