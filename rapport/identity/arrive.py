"""Find or found the customers that took part in what arrived, set by set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from rapport.channels.inbound import Clue, Inbound, Party
from rapport.customers.create import Newborn, add_identifiers, create
from rapport.customers.models import Kind, Member
from rapport.customers.records import RecordIn, claims
from rapport.identity.clash import Clash, clash
from rapport.identity.refer import Referred, refer
from rapport.identity.register import FOUNDING
from rapport.identity.resolve import NOBODY, Choice, Known, Proof, can_found, choose, lookup
from rapport.journal.models import Fact
from rapport.journal.record import record
from rapport.lib.copying import as_json
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.people.models import LegalEntity

ABOUT = ("customer", "from", "to", "attendee")
ABOUT_OUTBOUND = ("customer", "to", "from", "attendee")
NO_CLUE = Clue("", "")


# Tuples, here and below: of each there is one for every row of a batch, and they are made in a third of the time.
class Seat(NamedTuple):
    """One participation: who, in which role, recognised by what."""

    member_id: int | None
    customer_id: int | None
    role: str
    main: bool
    kind: str
    value: str


class Arrived(NamedTuple):
    """Who took part in one arrival; `member_id` and `customer_id` are of the main one, whom it is about."""

    seats: tuple[Seat, ...]
    member_id: int | None
    customer_id: int | None
    conflicts: tuple[int, ...] = ()


@dataclass(eq=False, slots=True)
class Guest:
    """One party on its way to a seat."""

    party: Party
    source: str
    clue: Clue
    identities: list[Identity] = field(default_factory=list)
    choice: Choice = NOBODY
    member: tuple[int, int] | None = None
    # Named is somebody in the trash: nobody else is meant, and nobody is founded in their place.
    trashed: bool = False


def arrive(inbounds: Sequence[Inbound], *, at: datetime) -> list[Arrived]:
    """The seats of each of ``inbounds``, in their order, in the caller's transaction."""
    tables = tables_of(inbounds)
    everyone = [guest for table in tables for guest in table]
    introduce(everyone)
    found(everyone, at=at)
    clash(rivals(everyone), at=at)
    return [seated(one, table) for one, table in zip(inbounds, tables, strict=True)]


def rivals(everyone: Iterable[Guest]) -> Iterator[Clash]:
    """Whom the identifiers of one guest point to besides the one who has the seat."""
    for guest in everyone:
        if guest.member:
            yield from ((guest.member[1], other, guest.source) for other in guest.choice.conflicts)


def recall(inbounds: Sequence[Inbound]) -> list[Arrived]:
    """The seats of what arrived before, as far as is known now; nobody is founded and nothing learned."""
    tables = tables_of(inbounds)
    introduce([guest for table in tables for guest in table])
    return [seated(one, table) for one, table in zip(inbounds, tables, strict=True)]


def tables_of(inbounds: Sequence[Inbound]) -> list[list[Guest]]:
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    return [[guest_of(party, one.source, region) for party in one.parties] for one in inbounds]


def guest_of(party: Party, source: str, region: str) -> Guest:
    """All clues of one somebody are one guest; several addresses under To or Cc are several people."""
    if party.member_id is not None or not party.clues:
        return Guest(party, source, party.clues[0] if party.clues else NO_CLUE)
    identities = [identity for clue in party.clues if (identity := identity_of(clue, source, region))]
    return Guest(party, source, party.clues[0], identities)


def identity_of(clue: Clue, source: str, region: str) -> Identity | None:
    namespace = clue.namespace or (source if clue.kind in {"external", "customer"} else "")
    kind = "external" if clue.kind == "customer" else clue.kind
    try:
        return normalise(kind, clue.value, namespace=namespace, region=region)
    except NotAnIdentifier:
        # What can't identify anybody is kept as it came; the interaction waits for somebody who knows.
        return None


def introduce(everyone: Sequence[Guest]) -> None:
    """Say of each guest whom the database knows them as."""
    given = [guest.party.member_id for guest in everyone if guest.party.member_id is not None]
    members = dict(Member.objects.filter(pk__in=given).values_list("pk", "customer_id"))
    known = lookup(identity for guest in everyone for identity in guest.identities)
    named = refer(clue for guest in everyone for clue in guest.party.clues if clue.kind == "customer")
    staff = colleagues(everyone)
    for guest in everyone:
        if guest.party.member_id is not None:
            guest.member = (guest.party.member_id, members[guest.party.member_id])
        elif staff and any(identity.proof in staff for identity in guest.identities):
            guest.identities = []
        else:
            recognise(guest, known, named)


def recognise(guest: Guest, known: Known, named: dict[str, Referred]) -> None:
    guest.choice = choose(guest.identities, known)
    if known.shared:
        guest.identities = [known.as_held(identity) for identity in guest.identities]
    if guest.choice.holder:
        guest.member = (guest.choice.holder.member_id, guest.choice.holder.customer_id)
        return
    for clue in guest.party.clues:
        if clue.kind == "customer" and clue.value in named:
            guest.trashed = named[clue.value].trashed
            if guest.trashed:
                return
            guest.member = (named[clue.value].member_id, named[clue.value].customer_id)
            return


def colleagues(everyone: Iterable[Guest]) -> set[Proof]:
    """Our own people's addresses: they take part, and are nobody's customer."""
    emails = {one.key for guest in everyone for one in guest.identities if one.kind == "email"}
    if not emails:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT email FROM people_user WHERE email IN (SELECT jsonb_array_elements_text(%s::jsonb))",
            [as_json(list(emails))],
        )
        return {("email", "", row[0].lower()) for row in cursor.fetchall()}


def found(everyone: Sequence[Guest], *, at: datetime) -> None:
    """Bring those into being whom nobody knows and who can be told apart; teach the rest what is new of them."""
    strangers = [guest for guest in everyone if guest.member is None and strong(guest) and not guest.trashed]
    if strangers:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])
        # Somebody else may have founded them while we waited.
        known = lookup(identity for guest in strangers for identity in guest.identities)
        for guest in strangers:
            recognise(guest, known, {})
        settle([guest for guest in strangers if guest.member is None and can_found(guest.identities, known)], at=at)
    learn(everyone, at=at)


def strong(guest: Guest) -> bool:
    return any(identity.strength == "strong" for identity in guest.identities)


def settle(strangers: Sequence[Guest], *, at: datetime) -> None:
    """Strangers who share a proof are one; each becomes a customer."""
    by_proof: dict[Proof, list[Guest]] = {}
    founders: list[list[Guest]] = []
    for guest in strangers:
        proofs = [one.proof for one in sorted(guest.identities, key=lambda one: one.rank) if one.strength != "weak"]
        people = next((by_proof[proof] for proof in proofs if proof in by_proof), None)
        if people is None:
            people = []
            founders.append(people)
        people.append(guest)
        for proof in proofs:
            by_proof.setdefault(proof, people)
    born = create([newborn(people, by_proof) for people in founders], at=at)
    for people, own in zip(founders, born, strict=True):
        for guest in people:
            guest.member = (own.member_id, own.customer_id)
    if born:
        record(Fact.CUSTOMERS_CREATED, [own.customer_id for own in born], by=None, at=at)


def newborn(people: Sequence[Guest], by_proof: dict[Proof, list[Guest]]) -> Newborn:
    mine = {one.proof: one for guest in people for one in guest.identities}
    kept = [one for one in mine.values() if one.strength == "weak" or by_proof[one.proof] is people]
    best = min((one for one in kept if one.strength == "strong"), key=lambda one: one.rank)
    name = next((guest.party.name for guest in people if guest.party.name), "")
    key = f"arrival:{best.kind}:{best.namespace}:{best.key}"[:400]
    said = claims({"name": name or best.value})
    return Newborn(RecordIn(people[0].source, key, Kind.PERSON, said, guess=True), kept)


def learn(everyone: Iterable[Guest], *, at: datetime) -> None:
    """An identifier that came along with a known one belongs to the same member, when nobody else holds it."""
    taught = {
        (guest.member[0], one.proof): one
        for guest in everyone
        if guest.member and len(guest.identities) > 1
        for one in guest.identities
        if one.strength != "weak"
    }
    if not taught:
        return
    known = lookup(taught.values())
    fresh = [(member_id, one) for (member_id, proof), one in taught.items() if proof not in known.holders]
    add_identifiers(fresh, at=at)


def seated(inbound: Inbound, table: Sequence[Guest]) -> Arrived:
    """The guests of one arrival in their seats; one of them is whom it is about."""
    main = main_of(table, ABOUT if inbound.direction != "outbound" else ABOUT_OUTBOUND)
    seats = tuple([seat_of(guest, main=guest is main) for guest in table])
    if main is None or main.member is None:
        return Arrived(seats, None, None)
    return Arrived(seats, *main.member, main.choice.conflicts)


def seat_of(guest: Guest, *, main: bool) -> Seat:
    member_id, customer_id = guest.member or (None, None)
    clues = guest.party.clues
    value = clues[0].value if len(clues) == 1 else ", ".join(clue.value for clue in clues if clue.value)
    return Seat(member_id, customer_id, guest.party.role, main, guest.clue.kind, value)


def main_of(table: Sequence[Guest], roles: Sequence[str]) -> Guest | None:
    """The one of those who are known whose role comes first."""
    if len(table) == 1:
        return table[0] if table[0].member else None
    known = [guest for guest in table if guest.member]
    return min(
        known, key=lambda one: roles.index(one.party.role) if one.party.role in roles else len(roles), default=None
    )
