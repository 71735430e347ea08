"""A customer over the API: the record, its identifiers and sources."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rapport.customers.edit import edit
from rapport.customers.gather import gather, records_of
from rapport.customers.golden import Value as GoldenValue
from rapport.customers.identify import identify, unidentify
from rapport.customers.models import Customer, Identifier, Kind, Strength
from rapport.customers.own_api import read_own, told_own
from rapport.customers.reach import reach
from rapport.customers.shown import note_shown
from rapport.customers.veil import hidden_columns, thin, veiled
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.people.endpoint import Answer, Given, Line, Word, endpoint
from rapport.people.models import LegalEntity, Team, User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

MOST_TAGS = 100
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20, pattern=r"^[^\x00]*$")]
Post = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[^\x00]*$")]
Zone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=r"^[^\x00]*$")]
Value = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00]*$")]


class IdentifierOut(BaseModel):
    """One way to recognise a customer. A phone number is in E.164; `written` is how it came."""

    id: int
    kind: Identifier.Kind
    value: str
    written: str
    namespace: str
    label: str
    strength: Strength

    @classmethod
    def of(cls, one: Identifier) -> "IdentifierOut":
        return cls(
            id=one.pk,
            kind=Identifier.Kind(one.kind),
            value=one.key if one.kind == Identifier.Kind.PHONE else one.value,
            written=one.value,
            namespace=one.namespace,
            label=one.label,
            strength=Strength(one.strength),
        )


class CustomerOut(BaseModel):
    """The golden record of one customer."""

    id: int
    kind: Kind
    name: str
    first_name: str
    last_name: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    language: str
    time_zone: str
    website: str
    tags: list[str]
    owner: str | None = Field(description="The e-mail address of who looks after them.")
    team: str | None
    last_contact_at: datetime | None
    created_at: datetime
    identifiers: list[IdentifierOut]
    fields: dict[str, Any] = Field(
        description="The organisation's own fields by key, formulas too; empty ones left out."
    )
    retired_fields: dict[str, Any] = Field(description="What fields hold that are no longer in use.")


class IdentifiersOut(BaseModel):
    items: list[IdentifierOut]


class NewIdentifier(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "phone", "value": "+351 912 555 014"}]})

    kind: Identifier.Kind
    value: Value
    namespace: Word | None = Field(default=None, description="The source of a record id, the network of a name.")
    label: Word | None = None

    def as_identity(self, sender: User, place: str = "#") -> Identity:
        """In its normal form, or a problem that says why there is none."""
        try:
            return normalise(self.kind.value, self.value, namespace=self.namespace or "", region=region(sender))
        except NotAnIdentifier as error:
            raise ProblemError(422, f"value: {error}", [Fault(str(error), f"{place}/value")]) from error


def region(sender: User) -> str:
    """Where phone numbers without a prefix are at home."""
    return LegalEntity.objects.visible_to(sender).order_by("pk").values_list("country", flat=True).first() or ""


class Fields(Given):
    """What may be written of a customer. A null or an empty text clears."""

    name: Line | None = None
    first_name: Title | None = None
    last_name: Title | None = None
    street: Line | None = None
    postcode: Post | None = None
    city: Title | None = None
    region: Title | None = None
    country: Word | None = None
    language: Code | None = None
    time_zone: Zone | None = None
    website: Line | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] | None = None
    owner: Line | None = Field(default=None, description="The e-mail address of a user.")
    team: Title | None = Field(default=None, description="The name of a team.")
    fields: dict[str, Any] | None = Field(
        default=None, description="The organisation's own fields by key, as GET /fields lists them; null clears one."
    )

    def said(self) -> dict[str, GoldenValue]:
        """Each field that was sent, as golden fields are written."""
        sent: dict[str, Any] = self.model_dump(include=set(Fields.model_fields) & self.model_fields_set - {"fields"})
        return {name: [] if value is None and name == "tags" else value or "" for name, value in sent.items()}

    def check_places(self, sender: User) -> None:
        """A problem when nobody has the owner's address, no team the name, or a field is hidden from the sender."""
        faults = []
        if self.owner and not User.objects.visible_to(sender).filter(email=self.owner.lower()).exists():
            faults.append(Fault("No user has this address.", "#/owner"))
        if self.team and not Team.objects.visible_to(sender).filter(name__iexact=self.team).exists():
            faults.append(Fault("There is no such team.", "#/team"))
        hidden = sorted(hidden_columns(sender) & self.model_fields_set)
        faults += [Fault("You may not see this field, so you may not change it.", f"#/{name}") for name in hidden]
        if faults:
            raise ProblemError(422, faults[0].detail, faults)


class CustomerChange(Fields):
    """The fields to change; those that are left out stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"city": "Porto", "tags": ["key account"]}]})


def as_out(customers: Sequence[Customer], *, reader: User) -> list[CustomerOut]:
    """Customers as they are told, in a fixed number of queries."""
    beside, own = gather(customers), told_own(customers, reader=reader)
    return [
        CustomerOut(
            **{name: getattr(thin(one, reader=reader), name) for name in PLAIN},
            kind=Kind(one.kind),
            owner=beside.owners.get(one.owner_id or 0),
            team=beside.teams.get(one.team_id or 0),
            identifiers=[IdentifierOut.of(held) for held in veiled(beside.identifiers.get(one.pk, ()), reader=reader)],
            fields=own[one.pk][0],
            retired_fields=own[one.pk][1],
        )
        for one in customers
    ]


PLAIN = tuple(set(CustomerOut.model_fields) - {"kind", "owner", "team", "identifiers", "fields", "retired_fields"})


def the_customer(customer_id: int, request: ApiRequest) -> Customer:
    """The living customer; 404 for somebody else's; the old id of a merged one leads on."""
    found = reach(customer_id, reader=request.user)
    if found is None:
        raise Http404
    return found


@endpoint(
    "GET",
    "/customers/{int:customer_id}",
    needs="customers.view_customer",
    answers={200: CustomerOut},
    problems=(404,),
)
def read_customer(request: ApiRequest, customer_id: int) -> CustomerOut:
    """The golden record. The id of a customer that was merged answers 308 with the survivor's address."""
    customer = the_customer(customer_id, request)
    note_shown([customer], reader=request.user, place=request.path, at=timezone.now())
    return as_out([customer], reader=request.user)[0]


@endpoint(
    "PATCH",
    "/customers/{int:customer_id}",
    needs="customers.change_customer",
    answers={200: CustomerOut},
    problems=(404, 413),
)
def change_customer(request: ApiRequest, customer_id: int, change: CustomerChange) -> CustomerOut:
    """Change fields by hand: what is written so wins over every other source."""
    customer = the_customer(customer_id, request)
    change.check_places(request.user)
    said = {**change.said(), **read_own(change.fields, customer.kind, sender=request.user)}
    if said:
        customer = edit(customer, said, by=request.user, at=timezone.now())
    return as_out([customer], reader=request.user)[0]


@endpoint(
    "GET",
    "/customers/{int:customer_id}/identifiers",
    needs="customers.view_customer",
    answers={200: IdentifiersOut},
    problems=(404,),
)
def list_identifiers(request: ApiRequest, customer_id: int) -> IdentifiersOut:
    """Every identifier of this customer."""
    return IdentifiersOut(items=as_out([the_customer(customer_id, request)], reader=request.user)[0].identifiers)


@endpoint(
    "POST",
    "/customers/{int:customer_id}/identifiers",
    needs="customers.change_customer",
    answers={201: IdentifierOut, 200: IdentifierOut},
    problems=(404, 409, 413),
)
def add_identifier(request: ApiRequest, customer_id: int, identifier: NewIdentifier) -> Answer:
    """Give this customer an identifier: 201, or 200 when they had it; 409 when it is somebody else's proof."""
    customer = the_customer(customer_id, request)
    done = identify(
        customer, identifier.as_identity(request.user), label=identifier.label or "", by=request.user, at=timezone.now()
    )
    if done.holder != customer.pk:
        seen = Customer.objects.visible_to(request.user).filter(pk=done.holder).exists()
        raise ProblemError(409, "This identifies another customer.", more={"customer_id": done.holder} if seen else {})
    return Answer(IdentifierOut.of(done.identifier), 201 if done.fresh else 200)


@endpoint(
    "DELETE",
    "/customers/{int:customer_id}/identifiers/{int:identifier_id}",
    needs="customers.change_customer",
    answers={204: None},
    problems=(404,),
)
def remove_identifier(request: ApiRequest, customer_id: int, identifier_id: int) -> Answer:
    """Take an identifier away; what it brought to the timeline stays."""
    customer = the_customer(customer_id, request)
    held = gather([customer]).identifiers.get(customer.pk, ())
    found = next((one for one in held if one.pk == identifier_id), None)
    if found is None:
        raise Http404
    unidentify(found, by=request.user, at=timezone.now())
    return Answer(None, 204)


class SourceOut(BaseModel):
    """What one source said last."""

    source: str
    external_id: str
    claims: dict[str, Any]
    raw: dict[str, Any]
    first_seen_at: datetime
    seen_at: datetime


class SourcesOut(BaseModel):
    items: list[SourceOut]
    lineage: dict[str, str] = Field(description="Golden field → the source that wins; empty while there is one.")


@endpoint(
    "GET",
    "/customers/{int:customer_id}/sources",
    needs="customers.view_customer",
    answers={200: SourcesOut},
    problems=(404,),
)
def list_sources(request: ApiRequest, customer_id: int) -> SourcesOut:
    """Every record that a source holds of this customer, and which of them wins for which field."""
    customer = the_customer(customer_id, request)
    records = {one.pk: one for one in records_of(customer)}
    closed = {one.claim for one in declared_to(request.user) if one.hidden} | hidden_columns(request.user)
    items = [
        SourceOut(
            source=one.source,
            external_id=one.external_id,
            claims={name: MASK if name in closed else value for name, value in one.claims.items()},
            # What the source sent may say it under any name.
            raw={} if closed else one.raw,
            first_seen_at=one.first_seen_at,
            seen_at=one.seen_at,
        )
        for one in records.values()
    ]
    won = {name: records[pk].source for name, (pk, _why) in customer.lineage.items() if pk in records}
    return SourcesOut(items=items, lineage=won)
