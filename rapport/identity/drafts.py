"""Source records on their way in: drafts that records lay themselves over, written when all have."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from rapport.customers.create import Born
from rapport.customers.golden import Value
from rapport.customers.models import Member, SourceRecord
from rapport.customers.records import RecordIn
from rapport.identity.resolve import Holder, Proof
from rapport.lib.copying import next_ids
from rapport.lib.identifiers import Identity


@dataclass(eq=False)
class Group:
    """The records of one batch that speak of one customer."""

    holder: Holder | None
    places: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Draft:
    """One source record as the batch leaves it."""

    group: Group
    record: RecordIn
    claims: dict[str, Value]
    raw: dict[str, object]
    row: SourceRecord | None
    identities: dict[Proof, Identity] = field(default_factory=dict)
    changed: bool = False

    @property
    def customer_id(self) -> int | None:
        """Whose it is, as far as they exist."""
        if self.row is not None:
            return self.row.member.customer_id
        return self.group.holder.customer_id if self.group.holder else None


def join_in(drafts: Sequence[Draft], *, at: datetime) -> list[Born]:
    """New source records of customers that exist: each a member of its own, born where its match was born."""
    if not drafts:
        return []
    with connection.cursor() as cursor:
        members = next_ids(cursor, "customers_member", len(drafts))
    born = []
    rows = []
    records = []
    for draft, member_id in zip(drafts, members, strict=True):
        holder = draft.group.holder
        if holder is None:
            message = "a record joins only a customer that exists"
            raise AssertionError(message)
        rows.append(Member(pk=member_id, customer_id=holder.customer_id, home_id=holder.home_id, created_at=at))
        records.append(
            SourceRecord(
                member_id=member_id,
                source=draft.record.source,
                external_id=draft.record.external_id,
                claims=draft.claims,
                raw=draft.raw,
                guess=draft.record.guess,
                first_seen_at=at,
                seen_at=at,
            )
        )
        born.append(Born(holder.customer_id, member_id, 0))
    Member.objects.bulk_create(rows)
    SourceRecord.objects.bulk_create(records)
    return born


def update(drafts: Sequence[Draft], *, at: datetime) -> None:
    for draft in drafts:
        if draft.row is not None:
            draft.row.claims, draft.row.raw, draft.row.seen_at, draft.row.guess = draft.claims, draft.raw, at, False
    SourceRecord.objects.bulk_update(
        [draft.row for draft in drafts if draft.row is not None],
        ["claims", "raw", "seen_at", "guess"],
        batch_size=1_000,
    )
