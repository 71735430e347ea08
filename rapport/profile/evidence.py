"""Read what every source says of a customer, and which of them each golden field is from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.golden import FIELDS, HAND, ONLY, RECENT, TRUST, UNION, own_fields, own_values
from rapport.customers.models import BY_HAND, Customer, SourceRecord
from rapport.customers.own import names_of
from rapport.customers.veil import hidden_columns
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK
from rapport.fields.words import in_words
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHY: "Mapping[str, StrOrPromise]" = {
    ONLY: gettext_lazy("nobody else says anything"),
    HAND: gettext_lazy("written by hand, which wins"),
    TRUST: gettext_lazy("the most trusted source"),
    RECENT: gettext_lazy("said last"),
    UNION: gettext_lazy("all tags together"),
}
TITLES: "Mapping[str, StrOrPromise]" = {
    field.name: field.verbose_name
    for field in Customer._meta.concrete_fields  # noqa: SLF001
}


@dataclass(frozen=True)
class Claim:
    """What a record says of one field; ``wins`` when the golden record says so because of it."""

    field: str
    title: "StrOrPromise"
    value: str
    wins: bool


@dataclass(frozen=True)
class Said:
    """One record of one source."""

    source: str
    external_id: str
    first_seen_at: datetime
    seen_at: datetime
    guess: bool
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Evidence:
    """Where the value of a golden field is from, and why that source won."""

    source: str
    external_id: str
    why: "StrOrPromise"
    at: datetime
    others: int

    def __str__(self) -> str:
        words = {"source": self.source, "why": self.why}
        return _("From %(source)s: %(why)s") % words


def records_of(member_ids: Sequence[int]) -> list[SourceRecord]:
    return list(SourceRecord.objects.filter(member__in=member_ids).defer("raw").order_by("first_seen_at", "pk"))


def said_by(customer: Customer, records: Sequence[SourceRecord], *, reader: User) -> list[Said]:
    """The records in the order in which they came."""
    winners = winners_of(customer, records)
    own = declared_to(reader)
    values = [own_values(record.claims) for record in records]
    closed = hidden_columns(reader)
    names = names_of(own, values, reader=reader)
    return [
        Said(
            source=called(record.source),
            external_id="" if record.source == BY_HAND else record.external_id,
            first_seen_at=record.first_seen_at,
            seen_at=record.seen_at,
            guess=record.guess,
            claims=tuple(
                Claim(
                    name,
                    TITLES[name],
                    MASK if name in closed else as_text(record.claims[name]),
                    wins=winners.get(name, (0, ""))[0] == record.pk,
                )
                for name in FIELDS
                if record.claims.get(name)
            )
            + tuple(
                Claim(
                    one.claim,
                    one.label,
                    in_words(one, said[one.key], names),
                    wins=winners.get(one.claim, (0, ""))[0] == record.pk,
                )
                for one in own
                if one.key in said
            ),
        )
        for record, said in zip(records, values, strict=True)
    ]


def evidence_of(customer: Customer, records: Sequence[SourceRecord]) -> dict[str, Evidence]:
    """The evidence of each golden field that a source speaks of."""
    by_id = {record.pk: record for record in records}
    evidence = {}
    for name, (record_id, why) in winners_of(customer, records).items():
        record = by_id.get(record_id)
        if record is None:
            continue
        at = parse_datetime(record.said_at.get(name, "")) or record.seen_at
        others = sum(name in other.claims for other in records) - 1
        evidence[name] = Evidence(called(record.source), record.external_id, WHY.get(why, why), at, others)
    return evidence


def winners_of(customer: Customer, records: Sequence[SourceRecord]) -> dict[str, tuple[int, str]]:
    """Per field the record that won and why; a single record wins all it says."""
    if customer.lineage:
        return {name: (int(record_id), str(why)) for name, (record_id, why) in customer.lineage.items()}
    if len(records) != 1:
        return {}
    why = HAND if records[0].source == BY_HAND else ONLY
    said = records[0].claims
    return {name: (records[0].pk, why) for name in (*FIELDS, *own_fields([said])) if name in said}


def called(source: str) -> str:
    return _("a colleague") if source == BY_HAND else source


def as_text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
