"""Read how a customer can be reached and recognised."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Q

from rapport.consent.standing import bars, standing_by, standing_on
from rapport.customers.detail import Detail, detail_of_way
from rapport.customers.models import Address, Identifier, Strength
from rapport.customers.veil import hidden_kinds, veiled
from rapport.profile.panel import Subject

Kind = Identifier.Kind
REACHED_BY = (Kind.EMAIL, Kind.PHONE, Kind.SOCIAL, Kind.ACCOUNT)


@dataclass(frozen=True)
class Way:
    """One way to reach a customer. ``shared`` when many use it, so that it proves nothing alone.

    ``barred`` says why nothing may go there.
    """

    title: str
    detail: Detail
    shared: bool
    barred: str = ""


def ways_of(subject: Subject) -> list[Way]:
    """Each way once, the kinds in the order in which one reaches for them, own ones before shared ones."""
    known = Identifier.objects.filter(member__in=subject.member_ids, kind__in=REACHED_BY)
    stops = Q(Exists(standing_on("key"))) | Q(Exists(standing_by("member__customer")))
    held = known.annotate(stopped=stops)
    seen = {(one.kind, one.namespace, one.key): one for one in reversed(held.order_by("pk"))}
    ranked = sorted(
        seen.values(), key=lambda one: (REACHED_BY.index(Kind(one.kind)), one.strength == Strength.WEAK, one.pk)
    )
    stopped = [(one.kind, one.key) for one in ranked if one.stopped]
    barred = bars(stopped, closed=hidden_kinds(subject.reader)) if stopped else {}
    why = [barred.get((one.kind, one.key), "") for one in ranked]
    shown = veiled(ranked, reader=subject.reader)
    return [as_way(one, subject, stop) for one, stop in zip(shown, why, strict=True)]


def as_way(one: Identifier, subject: Subject, barred: str) -> Way:
    kind = Kind(one.kind)
    title = one.label or (one.namespace.capitalize() if kind is Kind.SOCIAL and one.namespace else str(kind.label))
    detail = detail_of_way(one, subject.customer.pk, reader=subject.reader)
    return Way(title, detail, one.strength == Strength.WEAK, barred)


def addresses_of(member_ids: Sequence[int]) -> list[Address]:
    return list(Address.objects.filter(member__in=member_ids).order_by("pk"))
