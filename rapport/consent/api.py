"""Consents over the API: purposes, what holds for a customer and why, every word, one more, an objection."""

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field

from rapport.consent.card import is_theirs, parts_of, places_of
from rapport.consent.ledger import Consent, Said
from rapport.consent.models import Extent
from rapport.consent.object import object_as
from rapport.consent.purpose import Basis, Purpose
from rapport.consent.say import Word, say
from rapport.consent.veiled import veiled_words
from rapport.customers.api import Value, the_customer
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Member
from rapport.lib.ids import LARGEST
from rapport.people.endpoint import Answer, Given, Limit, Line, endpoint
from rapport.people.endpoint import Word as Name
from rapport.people.tokens import ApiRequest
from rapport.timeline.models import ChannelChoice
from rapport.timeline.payloads import Moment
from rapport.ui.problem import Fault, ProblemError

Before = Annotated[int, Field(ge=0, le=LARGEST, description="Where to go on: `next` of the page before.")]


class PurposeOut(BaseModel):
    """What we write for. Without consent, its basis says why it may be sent."""

    code: str
    name: str
    basis: Basis
    balancing: str
    advertising: bool
    confirmed: bool = Field(description="A yes counts once it is confirmed by a link (double opt-in).")
    sensitive: bool
    lasts_days: int | None
    retired: bool


class PurposesOut(BaseModel):
    items: list[PurposeOut]


class ConsentOut(BaseModel):
    """One word of the ledger; it never changes."""

    id: int
    purpose: str
    channel: str
    address: str
    said: Said
    at: datetime
    until: datetime | None
    source: str
    wording: str | None
    wording_version: int | None
    evidence: str
    guardian: str
    by: str | None
    kept_at: datetime

    @classmethod
    def of(cls, one: Consent) -> "ConsentOut":
        return cls(
            id=one.pk,
            purpose=one.purpose.code,
            channel=one.channel,
            address=one.value,
            said=Said(one.said),
            at=one.at,
            until=one.until,
            source=one.source,
            wording=one.wording.text if one.wording else None,
            wording_version=one.wording.version if one.wording else None,
            evidence=one.evidence,
            guardian=one.guardian,
            by=one.by.email if one.by else None,
            kept_at=one.kept_at,
        )


class ConsentsOut(BaseModel):
    items: list[ConsentOut]
    next: int | None = Field(default=None, description="Ask again with `before` set to this.")


class StandingOut(BaseModel):
    """What holds for a purpose at an address now, and whether the gate would let something through."""

    purpose: str
    channel: str
    address: str
    state: str = Field(description="granted, denied, withdrawn, expired, or unknown.")
    may_send: bool
    why_not: str


class StandingsOut(BaseModel):
    items: list[StandingOut]


class NewConsent(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"purpose": "newsletter", "address": "ann@x.example", "said": "granted", "evidence": "Form at the fair"}
            ]
        }
    )

    purpose: Name
    address: Value
    channel: ChannelChoice = ChannelChoice.EMAIL
    said: Said
    at: Moment | None = Field(default=None, description="When they said it, if not now.")
    until: Moment | None = None
    source: Name = "api"
    evidence: Line
    guardian: Name = ""
    proven: bool = Field(default=False, description="Confirmed already, or in writing: no confirmation is needed.")


class NewObjection(Given):
    extent: Extent = Extent.ADVERTISING
    evidence: Line


class ObjectionOut(BaseModel):
    id: int
    extent: Extent
    since: datetime


def members_of(request: ApiRequest, customer: Customer) -> list[int]:
    rows = Member.objects.visible_to(request.user).filter(customer=customer).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@endpoint("GET", "/purposes", needs="consent.view_consent", answers={200: PurposesOut})
def list_purposes(request: ApiRequest) -> PurposesOut:
    """What we write for."""
    rows = Purpose.objects.visible_to(request.user).order_by("pk")
    return PurposesOut(
        items=[
            PurposeOut(
                code=one.code,
                name=str(one),
                basis=Basis(one.basis),
                balancing=one.balancing,
                advertising=one.advertising,
                confirmed=one.confirmed,
                sensitive=one.sensitive,
                lasts_days=one.lasts_days,
                retired=one.retired_at is not None,
            )
            for one in rows
        ]
    )


@endpoint("GET", "/consents", needs="consent.view_consent", answers={200: ConsentsOut})
def list_consents(
    request: ApiRequest, address: Line = "", purpose: Name = "", before: Before = 0, limit: Limit = 50
) -> ConsentsOut:
    """Every word, the newest first; of one address or one purpose."""
    found = Consent.objects.visible_to(request.user).newest_first()
    if address:
        found = found.filter(key=address.casefold())
    if purpose:
        found = found.filter(purpose__code=purpose)
    last = Consent.objects.visible_to(request.user).filter(pk=before).first() if before else None
    if last:
        found = found.older_than(last)
    rows = list(found[: limit + 1])
    more = rows[limit - 1].pk if len(rows) > limit else None
    return ConsentsOut(items=[ConsentOut.of(one) for one in veiled_words(rows[:limit], reader=request.user)], next=more)


@endpoint(
    "GET",
    "/customers/{int:customer_id}/consents",
    needs="consent.view_consent",
    answers={200: StandingsOut},
    problems=(404,),
)
def list_standings(request: ApiRequest, customer_id: int) -> StandingsOut:
    """What holds for every purpose at every address of this customer, and whether something may be sent there."""
    members = members_of(request, the_customer(customer_id, request))
    purposes = Purpose.objects.visible_to(request.user).in_use()
    parts = parts_of(places_of(members, reader=request.user), purposes, members[0], at=timezone.now())
    return StandingsOut(
        items=[
            StandingOut(
                purpose=part.purpose.code,
                channel=line.place.channel,
                address=line.place.shown,
                state=line.standing.state,
                may_send=line.verdict.allowed,
                why_not=line.words,
            )
            for part in parts
            for line in part.lines
        ]
    )


@endpoint(
    "POST",
    "/customers/{int:customer_id}/consents",
    needs="consent.add_consent",
    answers={201: ConsentOut},
    problems=(404, 413),
)
def add_consent(request: ApiRequest, customer_id: int, consent: NewConsent) -> Answer:
    """Write down what they said; a yes to a purpose that asks for it counts once it is confirmed."""
    customer = the_customer(customer_id, request)
    purpose = Purpose.objects.visible_to(request.user).in_use().filter(code=consent.purpose).first()
    if purpose is None or not purpose.may_be_refused:
        raise refused("purpose", "There is no such purpose that people can say yes or no to.")
    place = None
    if consent.channel in (ChannelChoice.EMAIL, ChannelChoice.PHONE, ChannelChoice.SMS):
        place = is_theirs(
            consent.address, consent.channel, places_of(members_of(request, customer), reader=request.user)
        )
    if place is None:
        raise refused("address", "This customer has no such address for this channel.")
    now = timezone.now()
    if consent.said is Said.STRUCK:
        raise refused("said", "A word is struck out by whoever wrote it, such as an import that is taken back.")
    if consent.at and consent.at > now:
        raise refused("at", "That moment is still to come.")
    word = Word(
        purpose,
        place.address,
        consent.said,
        channel=place.channel,
        source=consent.source,
        evidence=consent.evidence,
        guardian=consent.guardian,
        at=consent.at,
        until=consent.until,
        proven=consent.proven,
    )
    return Answer(ConsentOut.of(say(word, by=request.user, at=now)), 201)


@endpoint(
    "POST",
    "/customers/{int:customer_id}/objections",
    needs="consent.add_suppression",
    answers={201: ObjectionOut},
    problems=(404, 413),
)
def add_objection(request: ApiRequest, customer_id: int, objection: NewObjection) -> Answer:
    """Write down that they object; it holds for every address that they have or that a merge brings."""
    member = main_member(the_customer(customer_id, request))
    made = object_as(member, evidence=objection.evidence, extent=objection.extent, by=request.user, at=timezone.now())
    return Answer(ObjectionOut(id=made.pk, extent=Extent(made.extent), since=made.since), 201)


def refused(name: str, why: str) -> ProblemError:
    return ProblemError(422, f"{name}: {why}", [Fault(why, f"#/{name}")])
