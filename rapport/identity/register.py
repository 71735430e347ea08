"""Take in customer records from a source: each finds its customer or founds one, and says what became of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from rapport.customers.by_hand import lock
from rapport.customers.compute import compute
from rapport.customers.create import Newborn, add_identifiers, create
from rapport.customers.models import Customer, Identifier, Kind, Member, Relationship, SourceRecord, Strength
from rapport.customers.records import RecordIn
from rapport.customers.relate import ended
from rapport.customers.trash import Trashed
from rapport.identity.clash import Clash, clash
from rapport.identity.drafts import Draft, Group, join_in, update
from rapport.identity.resolve import Holder, Known, Proof, lookup
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_json
from rapport.lib.identifiers import Identity
from rapport.lib.names import KEY_LENGTH, fold_key
from rapport.people.models import User

FOUNDING = 731_001
KEYS = ("external_id", "email", "phone", "name")


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    SKIPPED = "skipped"
    REFUSED = "refused"


class Registered(NamedTuple):
    """What became of one record. `conflicts` are other customers that its identifiers point to.

    Nothing was written of one that is refused: it is of a customer whom whoever brought it may not see, or of one in
    the trash.
    """

    outcome: Outcome
    customer_id: int
    member_id: int
    conflicts: tuple[int, ...] = ()
    trashed: bool = False


@transaction.atomic
def register(records: Sequence[RecordIn], *, by: User | None, at: datetime, key: str = "") -> list[Registered]:
    """Write ``records``; the answer is in their order.

    ``key`` (one of KEYS) names the only thing that may match; without it external id, e-mail, then phone with an equal
    name decide, and for companies also the name. The first record of somebody new creates, later ones update or say
    nothing new.
    """
    given = [identified(record) for record in records]
    with connection.cursor() as cursor:
        # Founders queue here, so that two batches never found the same customer twice.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
    work = Batch.of(given, key)
    registered = work.write(by=by, at=at)
    told(registered, by=by, at=at)
    clash(rivals(given, registered, work.known), at=at)
    employ(given, registered, at=at)
    return registered


def rivals(records: Sequence[RecordIn], registered: Sequence[Registered], known: Known) -> Iterator[Clash]:
    """Whom a record names besides its own customer. A phone is no sign: whole offices share one."""
    for one, done in zip(records, registered, strict=True):
        if done.conflicts:
            holders = (known.holders.get(identity.proof) for identity in one.identities if identity.kind != "phone")
            yield from ((done.customer_id, holder.customer_id, one.source) for holder in holders if holder)


def told(registered: Iterable[Registered], *, by: User | None, at: datetime) -> None:
    by_outcome: dict[Outcome, list[int]] = defaultdict(list)
    for one in registered:
        by_outcome[one.outcome].append(one.customer_id)
    if by_outcome[Outcome.CREATED]:
        record(Fact.CUSTOMERS_CREATED, by_outcome[Outcome.CREATED], by=by, at=at)
    if by_outcome[Outcome.UPDATED]:
        record(Fact.CUSTOMERS_CHANGED, by_outcome[Outcome.UPDATED], by=by, at=at)


def identified(record: RecordIn) -> RecordIn:
    """``record`` with an external id: its own, which is then an identifier too, or one derived from what it holds."""
    if record.external_id:
        own = Identity("external", record.source, record.external_id, record.external_id, "strong")
        return record._replace(identities=(own, *record.identities))
    proof = min((one for one in record.identities if one.strength == "strong"), key=lambda one: one.rank, default=None)
    if proof:
        # People share a phone, so only the name beside it makes it one record.
        derived = ":".join((*proof.proof, fold_key(record.name) if proof.kind == "phone" else ""))
    elif record.name:
        derived = f"name:{record.kind}:{fold_key(record.name)}"
    else:
        derived = "row:" + sha256(as_json([record.claims, record.raw]).encode()).hexdigest()[:32]
    return record._replace(external_id=derived[:400])


@dataclass
class Batch:
    """One set of records on its way in."""

    records: Sequence[RecordIn]
    key: str
    known: Known
    rows: Mapping[tuple[str, str], SourceRecord]
    names: Mapping[tuple[str, str], Holder]
    full_names: Mapping[int, str]

    @classmethod
    def of(cls, records: Sequence[RecordIn], key: str) -> "Batch":
        known = lookup(identity for record in records for identity in record.identities)
        customers = {holder.customer_id for holder in known.holders.values()}
        full = dict(Customer.objects.filter(pk__in=customers).values_list("pk", "fold_key"))
        return cls(records, key, known, earlier(records), by_name(records, key), full)

    def write(self, *, by: User | None = None, at: datetime) -> list[Registered]:
        groups, refused = self.apart(self.grouped(), by)
        drafts: dict[tuple[str, str], Draft] = {}
        outcomes: dict[int, Outcome] = {}
        for group in groups:
            for place in group.places:
                outcomes[place] = self.draft(place, group, drafts)
        outcomes.update(self.come_full_circle(drafts))
        self.settle(drafts.values())
        homes = self.save(groups, drafts, at=at)
        conflicts = self.conflicts(groups, homes)
        return [
            refused[place]
            if place in refused
            else Registered(outcomes[place], *homes[place_key(self.records[place])], conflicts=conflicts.get(place, ()))
            for place in range(len(self.records))
        ]

    def apart(self, groups: Sequence[Group], by: User | None) -> tuple[list[Group], dict[int, Registered]]:
        """The groups that ``by`` may write, and the answers for the records of customers that they may not see.

        Told before anything is written: a record may say itself which team it belongs to.
        """
        held = {group.holder.customer_id for group in groups if group.holder}
        gone = set(Trashed.objects.there().filter(customer__in=held).values_list("customer_id", flat=True))
        seen = held
        if by is not None and held:
            seen = set(Customer.objects.visible_to(by).filter(pk__in=held).values_list("pk", flat=True))
        refused = {
            place: Registered(Outcome.REFUSED, holder.customer_id, holder.member_id, trashed=holder.customer_id in gone)
            for group in groups
            if (holder := group.holder) and (holder.customer_id not in seen or holder.customer_id in gone)
            for place in group.places
        }
        return [group for group in groups if group.places[0] not in refused], refused

    def grouped(self) -> list[Group]:
        """Records that speak of one customer together, in the order they came."""
        groups: list[Group] = []
        by_customer: dict[int, Group] = {}
        by_proof: dict[object, Group] = {}
        for place, one in enumerate(self.records):
            proofs = self.proofs(one)
            holder = self.holder(one, proofs)
            if holder:
                group = by_customer.get(holder.customer_id)
            else:
                group = next((by_proof[proof] for proof in proofs if proof in by_proof), None)
            if group is None:
                group = Group(holder)
                groups.append(group)
                if holder:
                    by_customer[holder.customer_id] = group
            group.places.append(place)
            for proof in proofs:
                by_proof.setdefault(proof, group)
        return groups

    def proofs(self, record: RecordIn) -> list[object]:
        """What may match this record, best first. A phone alone never joins people of different names."""
        name = fold_key(record.name)
        found: list[object] = [place_key(record)]
        for identity in sorted(map(self.known.as_held, record.identities), key=lambda one: one.rank):
            if identity.strength == "weak":
                continue
            if identity.kind == "phone" and not self.key:
                if name:
                    found.append((identity.proof, name))
            elif not self.key or KIND_OF_KEY.get(self.key) == identity.kind:
                found.append(identity.proof)
        if name and (self.key == "name" or (not self.key and record.kind == Kind.COMPANY)):
            found.append(("name", record.kind.value, name))
        return found

    def holder(self, record: RecordIn, proofs: Iterable[object]) -> Holder | None:
        """The customer in the database that this record is of."""
        row = self.rows.get(place_key(record))
        if row:
            return Holder(row.member_id, row.member.customer_id, row.member.home_id)
        return next(filter(None, map(self.held, proofs)), None)

    def held(self, proof: object) -> Holder | None:
        match proof:
            case "name", str(kind), str(name):
                return self.names.get((kind, name))
            case (str(kind), str(namespace), str(key)), str(name):
                found = self.known.holders.get((kind, namespace, key))
                return found if found and self.full_names.get(found.customer_id) == name else None
            case str(kind), str(namespace), str(key):
                return self.known.holders.get((kind, namespace, key))
        return None

    def draft(self, place: int, group: Group, drafts: dict[tuple[str, str], Draft]) -> Outcome:
        """Lay a record over what its source said before; say whether that tells anything new."""
        new = self.records[place]
        draft, row = drafts.get(place_key(new)), self.rows.get(place_key(new))
        first = draft is None
        if draft is None:
            draft = Draft(group, new, dict(row.claims) if row else {}, dict(row.raw) if row else {}, row)
            drafts[place_key(new)] = draft
        held = map(self.known.as_held, new.identities)
        fresh = {one.proof: one for one in held if self.is_news(one, draft)}
        merged, raw = {**draft.claims, **new.claims}, {**draft.raw, **new.raw}
        news = merged != draft.claims or bool(fresh) or raw != draft.raw
        draft.claims, draft.raw, draft.changed = merged, raw, draft.changed or news
        draft.identities.update(fresh)
        if first and row is None:
            return Outcome.CREATED if group.holder is None and group.places[0] == place else Outcome.UPDATED
        return Outcome.UPDATED if news else Outcome.SKIPPED

    def come_full_circle(self, drafts: Mapping[tuple[str, str], Draft]) -> dict[int, Outcome]:
        """Several rows of one record that together leave it as it was say nothing new: the same file came again."""
        spots = {
            spot
            for spot, draft in drafts.items()
            if draft.row is not None
            and not draft.identities
            and draft.claims == draft.row.claims
            and draft.raw == draft.row.raw
        }
        for spot in spots:
            drafts[spot].changed = False
        return {place: Outcome.SKIPPED for place, one in enumerate(self.records) if place_key(one) in spots}

    def is_news(self, identity: Identity, draft: Draft) -> bool:
        """Whether this is not yet written down for the customer."""
        if identity.proof in draft.identities:
            return False
        holder = self.known.holders.get(identity.proof)
        if holder is None:
            return draft.row is None or identity.proof not in self.known.shared
        theirs = draft.group.holder is not None and draft.group.holder.customer_id == holder.customer_id
        return draft.row is None and not theirs

    def settle(self, drafts: Iterable[Draft]) -> None:
        """Two customers claim one proof: a phone is then a shared line, anything else stays with its first holder."""
        claimed: dict[Proof, Draft] = {}
        lines: set[Proof] = set()
        for draft in drafts:
            for proof, identity in draft.identities.items():
                if identity.strength == "weak":
                    continue
                rival = claimed.setdefault(proof, draft)
                if proof in self.known.holders or rival.group is not draft.group:
                    draft.identities[proof] = identity._replace(strength="weak")
                    if identity.kind == "phone":
                        lines.add(proof)
                        if proof in rival.identities:
                            rival.identities[proof] = identity._replace(strength="weak")
        held = [proof for proof in lines if proof in self.known.holders]
        Identifier.objects.filter(kind="phone", namespace="", key__in=[proof[2] for proof in held]).update(
            strength=Strength.WEAK
        )

    def save(
        self, groups: Sequence[Group], drafts: Mapping[tuple[str, str], Draft], *, at: datetime
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """Write the drafts; where each source record lives then: (customer, member)."""
        homes: dict[tuple[str, str], tuple[int, int]] = {}
        founders = [drafts[place_key(self.records[group.places[0]])] for group in groups if group.holder is None]
        born = create([Newborn(as_written(draft), list(draft.identities.values())) for draft in founders], at=at)
        for draft, own in zip(founders, born, strict=True):
            draft.group.holder = Holder(own.member_id, own.customer_id, own.customer_id)
            homes[place_key(draft.record)] = (own.customer_id, own.member_id)
        founded = set(homes)
        late = [draft for spot, draft in drafts.items() if spot not in homes and draft.row is None]
        changed = [draft for draft in drafts.values() if draft.row is not None and draft.changed]
        lock({draft.customer_id for draft in (*late, *changed) if draft.customer_id})
        for draft, own in zip(late, join_in(late, at=at), strict=True):
            homes[place_key(draft.record)] = (own.customer_id, own.member_id)
        update(changed, at=at)
        for draft in drafts.values():
            if draft.row is not None:
                homes[place_key(draft.record)] = (draft.row.member.customer_id, draft.row.member_id)
        add_identifiers(
            [
                (homes[spot][1], identity)
                for spot, draft in drafts.items()
                if spot not in founded
                for identity in draft.identities.values()
            ],
            at=at,
        )
        touched = {homes[place_key(draft.record)][0] for draft in (*late, *changed)}
        compute(sorted(touched))
        return homes

    def conflicts(
        self, groups: Iterable[Group], homes: Mapping[tuple[str, str], tuple[int, int]]
    ) -> dict[int, tuple[int, ...]]:
        found: dict[int, tuple[int, ...]] = {}
        for group in groups:
            for place in group.places:
                own = homes[place_key(self.records[place])][0]
                holders = (self.known.holders.get(one.proof) for one in self.records[place].identities)
                others = {holder.customer_id for holder in holders if holder} - {own}
                if others:
                    found[place] = tuple(sorted(others))
        return found


KIND_OF_KEY = {"external_id": "external", "email": "email", "phone": "phone"}


def place_key(record: RecordIn) -> tuple[str, str]:
    return record.source, record.external_id


def as_written(draft: Draft) -> RecordIn:
    return draft.record._replace(claims=draft.claims, raw=draft.raw)


def earlier(records: Sequence[RecordIn]) -> dict[tuple[str, str], SourceRecord]:
    """What the sources said before under the same ids."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for one in records:
        by_source[one.source].append(one.external_id)
    return {
        (row.source, row.external_id): row
        for source, ids in by_source.items()
        for row in SourceRecord.objects.filter(source=source, external_id__in=ids).select_related("member")
    }


def by_name(records: Sequence[RecordIn], key: str) -> dict[tuple[str, str], Holder]:
    """Customers of the same kind and folded name, where a name may match."""
    names = {fold_key(one.name) for one in records if one.name and (key == "name" or one.kind == Kind.COMPANY)}
    if not names or key not in {"", "name"}:
        return {}
    found = Member.objects.filter(
        customer__fold_key__in=names, customer__merged_into=None, customer__trashed_at=None, home=F("customer")
    ).order_by("-pk")
    rows = found.values_list("customer__kind", "customer__fold_key", "pk", "customer_id", "home_id")
    return {(kind, name): Holder(member, customer, home) for kind, name, member, customer, home in rows}


def named_only(name: str) -> str:
    """The id in its source of a company that is known by its folded name alone; as short as an id may be."""
    whole = f"name:company:{name}"
    return whole if len(whole) <= KEY_LENGTH else f"name:company:{sha256(name.encode()).hexdigest()}"


def employ(records: Sequence[RecordIn], registered: Sequence[Registered], *, at: datetime) -> None:
    """People who come with a company's name work there, companies are part of it; one that nobody knows is founded."""
    jobs = [
        (one, done)
        for one, done in zip(records, registered, strict=True)
        if fold_key(one.company) and done.outcome is not Outcome.REFUSED
    ]
    if not jobs:
        return
    firms = {fold_key(one.company): one for one, _done in jobs}
    asked = [
        RecordIn(one.source, named_only(name), Kind.COMPANY, {"name": one.company}, guess=True)
        for name, one in firms.items()
    ]
    found = Batch.of(asked, "").write(at=at)
    members = {name: firm.member_id for name, firm in zip(firms, found, strict=True)}
    over = ended(done.member_id for _one, done in jobs)
    Relationship.objects.bulk_create(
        [
            Relationship(
                member_id=done.member_id,
                other_id=members[fold_key(one.company)],
                kind=Relationship.Kind.PART_OF if one.kind == Kind.COMPANY else Relationship.Kind.WORKS_AT,
                role=one.company_role[:200],
            )
            for one, done in jobs
            if members[fold_key(one.company)] not in {done.member_id, *over.get(done.member_id, ())}
        ],
        ignore_conflicts=True,
    )
