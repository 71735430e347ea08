"""Say how one customer stands to another, since when, and since when no longer."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.customers.circle import would_circle
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Relationship
from rapport.journal.change import Deed
from rapport.journal.keep import keep_row
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.journal.rows import Written, changed, image
from rapport.people.models import User

GROUPING = 731_009


class RelateError(ValueError):
    """A relationship that cannot be; its words say why."""


@transaction.atomic
def relate(
    customer: Customer,
    other: Customer,
    kind: Relationship.Kind,
    *,
    role: str = "",
    since: date | None = None,
    by: User | None,
    at: datetime,
) -> tuple[Relationship, bool]:
    """``customer`` *kind* ``other``, today; with whether that is new. Raises RelateError."""
    refuse(customer, other, kind)
    between: dict[str, Any] = {
        "member": main_member(customer),
        "other": main_member(other),
        "kind": kind,
        "until": None,
    }
    known = Relationship.objects.select_for_update(of=("self",)).filter(**between).first()
    before = image(known) if known else None
    found, fresh = Relationship.objects.update_or_create(**between, defaults={"role": role[:200], "since": since})
    kept(found, changed(found, before), "added" if fresh else "changed", by=by, at=at)
    record(Fact.CUSTOMERS_CHANGED, [customer.pk, other.pk], by=by, at=at)
    return found, fresh


def kept(tie: Relationship, written: Written, what: str, *, by: User | None, at: datetime) -> None:
    """Keep what was written of ``tie``, with a way back."""
    both = [tie.member.customer_id, tie.other.customer_id]
    keep_row(Deed.RELATED, both, written, by=by, at=at, what=what, kind=tie.kind)


def refuse(customer: Customer, other: Customer, kind: Relationship.Kind) -> None:
    """A group is a tree: nothing is a part of itself, however far up."""
    if customer.pk == other.pk:
        raise RelateError(_("Nobody relates to themselves."))
    if kind != Relationship.Kind.PART_OF:
        return
    with connection.cursor() as cursor:
        # Two halves of a circle, written at once, must see each other.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GROUPING])
    if would_circle(customer, other):
        words = {"whole": other.name, "part": customer.name}
        raise RelateError(
            _("%(whole)s is already a part of %(part)s, so it cannot be the other way round too.") % words
        )


@transaction.atomic
def amend(
    tie: Relationship, *, role: str, since: date | None, until: date | None, by: User | None, at: datetime
) -> Relationship:
    """Change what is said of a relationship; an ``until`` ends it, and it stays on record. Raises RelateError."""
    if since and until and until < since:
        raise RelateError(_("It cannot end before it began."))
    if until is None and tie.until is not None:
        refuse(tie.member.customer, tie.other.customer, Relationship.Kind(tie.kind))
    same = Relationship.objects.filter(member=tie.member_id, other=tie.other_id, kind=tie.kind, until=until)
    if same.exclude(pk=tie.pk).exists():
        raise RelateError(_("The same relationship is on record already."))
    before = image(tie)
    tie.role, tie.since, tie.until = role[:200], since, until
    tie.save()
    kept(tie, changed(tie, before), "changed", by=by, at=at)
    record(Fact.CUSTOMERS_CHANGED, [tie.member.customer_id, tie.other.customer_id], by=by, at=at)
    return tie


@transaction.atomic
def unrelate(relationship: Relationship, *, by: User | None, at: datetime) -> None:
    """Take a relationship away that never was; the history keeps it."""
    both = [relationship.member.customer_id, relationship.other.customer_id]
    kept(relationship, Written(Relationship, relationship.pk, image(relationship), None), "removed", by=by, at=at)
    relationship.delete()
    record(Fact.CUSTOMERS_CHANGED, both, by=by, at=at)


def ended(member_ids: Iterable[int]) -> dict[int, set[int]]:
    """By member those it no longer works at or is a part of: a source that still says so does not bring that back."""
    kinds = [Relationship.Kind.WORKS_AT, Relationship.Kind.PART_OF]
    over: dict[int, set[int]] = {}
    rows = Relationship.objects.filter(member__in=set(member_ids), kind__in=kinds).exclude(until=None)
    for member_id, other_id in rows.values_list("member", "other"):
        over.setdefault(member_id, set()).add(other_id)
    return over
