"""What a customer agreed to and what not, address by address: as a card of the page, and for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from rapport.consent.complaints import complaints_of
from rapport.consent.judge import Intent, Verdict, judge
from rapport.consent.models import Suppression
from rapport.consent.purpose import Purpose
from rapport.consent.standing import NOTHING, Question, Standing, of_people, standing
from rapport.consent.ways import WAY_OF, Way, key_of
from rapport.customers.edit import main_member
from rapport.customers.models import Condition, Customer, Identifier, Member
from rapport.customers.veil import hidden_kinds
from rapport.fields.sensitivity import MASK
from rapport.people.models import User
from rapport.timeline.models import ChannelChoice

BY_ADDRESS = {way: [channel for channel, its_way in WAY_OF.items() if its_way == way] for way in (Way.EMAIL, Way.PHONE)}


@dataclass(frozen=True)
class Place:
    """Where something may go: a channel and an address."""

    channel: str
    address: str
    key: str
    pk: int
    # That whoever reads it may not see the address.
    hidden: bool = False

    @property
    def name(self) -> str:
        return f"{self.channel} {f'#{self.pk}' if self.hidden else self.key}"

    @property
    def shown(self) -> str:
        return MASK if self.hidden else self.address

    @property
    def words(self) -> str:
        return f"{ChannelChoice(self.channel).label}: {self.shown}"


@dataclass(frozen=True)
class Line:
    """What holds for a purpose at one place, and whether something may go there for it."""

    place: Place
    standing: Standing
    verdict: Verdict

    @property
    def words(self) -> str:
        """Why nothing may go there now; what its reader may not see is covered in them, too."""
        told, suppression = self.verdict.words, self.verdict.suppression
        covered = [self.place.address, suppression.value if suppression else ""] if self.place.hidden else []
        for one in filter(None, covered):
            told = told.replace(one, MASK)
        return told


@dataclass(frozen=True)
class Part:
    """A purpose with its lines."""

    purpose: Purpose
    lines: tuple[Line, ...]

    @property
    def alike(self) -> list[tuple[Line, list[Place]]]:
        """The lines of which the same is to be said, as one with all their places."""
        found: dict[tuple[bool, str], tuple[Line, list[Place]]] = {}
        for one in self.lines:
            found.setdefault((one.verdict.allowed, one.words), (one, []))[1].append(one.place)
        return list(found.values())


@dataclass(frozen=True)
class Card:
    """What a customer agreed to; `may` tells whether its reader may write down more."""

    parts: tuple[Part, ...]
    objections: tuple[Suppression, ...]
    may: bool
    complaints: tuple[Condition, ...] = ()


def places_of(member_ids: Sequence[int], *, reader: User) -> list[Place]:
    """Each place once, in the order of the channels."""
    closed = hidden_kinds(reader)
    held = Identifier.objects.filter(member__in=member_ids, kind__in=[one.value for one in BY_ADDRESS]).order_by("pk")
    found: dict[tuple[str, str], Place] = {}
    for one in held:
        for channel in BY_ADDRESS[Way(one.kind)]:
            found.setdefault((channel, one.key), Place(channel, one.value, one.key, one.pk, one.kind in closed))
    return sorted(found.values(), key=lambda one: (list(WAY_OF).index(one.channel), one.key))


def parts_of(places: Sequence[Place], purposes: Iterable[Purpose], member_id: int, *, at: datetime) -> list[Part]:
    """What holds for each purpose at each place; a purpose that no word can change has no lines."""
    asked = [(purpose, place) for purpose in purposes for place in places]
    questions = [Question(purpose.pk, place.channel, place.key) for purpose, place in asked]
    holds = standing(questions, at=at)
    found = judge([Intent(place.address, place.channel, purpose, member_id) for purpose, place in asked], at=at)
    lines: dict[Purpose, list[Line]] = {}
    for (purpose, place), question, verdict in zip(asked, questions, found, strict=True):
        lines.setdefault(purpose, []).append(Line(place, holds.get(question, NOTHING), verdict))
    return [Part(purpose, tuple(some)) for purpose, some in lines.items()]


def card_of(member_ids: Sequence[int], *, reader: User, at: datetime) -> Card:
    purposes = [one for one in Purpose.objects.in_use() if one.may_be_refused]
    places = places_of(member_ids, reader=reader)
    own = of_people(member_ids).get(member_ids[0], []) if member_ids else []
    parts = parts_of(places, purposes, member_ids[0], at=at) if member_ids and places else []
    # What nobody ever spoke of is said once, by its purpose, and not for each address.
    told = [Part(one.purpose, tuple(line for line in one.lines if line.standing.consent)) for one in parts]
    may = reader.allows("consent.add_consent")
    return Card(tuple(told), tuple(own), may, tuple(complaints_of(member_ids)))


def may_now(customer: Customer, *, reader: User, at: datetime) -> list[Part]:
    """What may be sent to them at this moment: for each purpose in use, each place they can be written to."""
    member_ids = list(Member.objects.visible_to(reader).filter(customer=customer).values_list("pk", flat=True))
    places = places_of(member_ids, reader=reader)
    return parts_of(places, Purpose.objects.in_use(), main_member(customer).pk, at=at) if places else []


def card_address(customer: Customer) -> str:
    """Where it stands on the page of its customer."""
    return f"{reverse('customer', args=[customer.pk])}#panel-consents"


def is_theirs(address: str, channel: str, places: Sequence[Place]) -> Place | None:
    """The place of a customer that is meant."""
    key = key_of(address, WAY_OF[channel].value)
    return next((one for one in places if (one.channel, one.key) == (channel, key)), None)
