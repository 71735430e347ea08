"""Who is who over the API: create or match, merge and take back, and decide who is one and the same."""

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.api import CustomerOut, Fields, NewIdentifier, Title, Value, as_out
from rapport.customers.models import Customer, Kind
from rapport.customers.own_api import read_own
from rapport.customers.reach import just_written, reach, survivor
from rapport.customers.records import RecordIn, claims
from rapport.fields.models import CustomField
from rapport.identity.choose import choosable
from rapport.identity.decide import join, keep_apart, reopen
from rapport.identity.merge import MergeError, merge
from rapport.identity.models import Merge, Pair
from rapport.identity.register import Outcome, register
from rapport.identity.unmerge import unmerge
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

MOST_IDENTIFIERS = 100
REASONS = {
    "same": "A customer can't be merged with itself.",
    "merged already": "One of the two is merged into another already.",
    "kinds differ": "A person, a company and a household can't become one.",
    "in the trash": "One of the two is in the trash.",
    "held by law": "A legal hold stands on the record that would go.",
    "undone already": "This merge was taken back before.",
}


class NewCustomer(Fields):
    """A record as a source holds it. `source` and `external_id` let it be found again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "shop",
                    "external_id": "C-104",
                    "kind": "person",
                    "name": "Marta Leal",
                    "city": "Porto",
                    "identifiers": [{"kind": "email", "value": "marta@aurora.example"}],
                    "company": "Aurora Lda",
                }
            ]
        }
    )

    kind: Kind = Kind.PERSON
    source: Word = "api"
    external_id: Value | None = None
    identifiers: Annotated[list[NewIdentifier], Field(max_length=MOST_IDENTIFIERS, default_factory=list)]
    company: Line | None = Field(default=None, description="Where a person works; founded when nobody knows it.")
    company_role: Title | None = None

    def as_record(self, sender: User) -> RecordIn:
        own = read_own(self.fields, self.kind, sender=sender)
        said = claims({**{name: value for name, value in self.said().items() if value}, **own})
        identities = [one.as_identity(sender, f"#/identifiers/{place}") for place, one in enumerate(self.identifiers)]
        if "name" not in said and not any(one.strength == "strong" for one in identities):
            detail = "A name is needed, or an identifier that is one customer's own."
            raise ProblemError(422, detail, [Fault(detail, "#/name")])
        return RecordIn(
            source=self.source or "api",
            external_id=self.external_id or "",
            kind=self.kind,
            claims=said,
            identities=tuple(identities),
            company=self.company or "",
            company_role=self.company_role or "",
        )


class RegisteredOut(CustomerOut):
    """The customer, and what became of the record."""

    outcome: Literal[Outcome.CREATED, Outcome.UPDATED, Outcome.SKIPPED]
    conflicts: list[int] = Field(description="Other customers that its identifiers point to.")


@endpoint(
    "POST",
    "/customers",
    needs="customers.add_customer",
    answers={201: RegisteredOut, 200: RegisteredOut},
    problems=(409, 413),
)
def add_customer(request: ApiRequest, customer: NewCustomer) -> Answer:
    """Create a customer (201), or find the one that the record is of and bring it up to date (200)."""
    customer.check_places(request.user)
    given = customer.as_record(request.user)
    (done,) = register([given], by=request.user, at=timezone.now())
    if done.outcome is Outcome.REFUSED:
        whose = "in the trash" if done.trashed else "of another team"
        raise ProblemError(409, f"This identifies a customer {whose}.")
    written = just_written(done.customer_id)
    seen = Customer.objects.visible_to(request.user).filter(pk__in=done.conflicts)
    conflicts = sorted(seen.values_list("pk", flat=True)) if done.conflicts else []
    body = RegisteredOut(
        **as_out([written], reader=request.user)[0].model_dump(), outcome=done.outcome, conflicts=conflicts
    )
    return Answer(
        body, 201 if done.outcome is Outcome.CREATED else 200, {"Location": f"{request.path}/{done.customer_id}"}
    )


class MergeIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"other": 12, "right": {"city": 12}}]})

    other: int = Field(description="The customer that becomes part of the one in the address.")
    right: dict[Annotated[str, Field(max_length=100)], int] = Field(
        default={},
        max_length=200,
        description="For each field that differs, such as `city`, or the key of one of your own: the id of the one of both "
        "that is right. It goes with the merge when that is taken back.",
    )

    def choices(self, kept: Customer, other: Customer, *, by: User) -> dict[str, Customer]:
        """What is right by field, as `merge` takes it. Raises ProblemError for a field or customer it can't be."""
        sides = {kept.pk: kept, other.pk: other}
        own = {one.key: one.claim for one in CustomField.objects.visible_to(by).in_order()}
        possible = set(choosable(CustomField.objects.visible_to(by).in_order()))
        chosen = {}
        for name, customer_id in self.right.items():
            claim = own.get(name, name)
            if claim not in possible:
                detail = "There is no such field, or it follows from others."
                raise ProblemError(422, f"right: {detail}", [Fault(detail, f"#/right/{name}")])
            if customer_id not in sides:
                detail = "This is neither of the two."
                raise ProblemError(422, f"right: {detail}", [Fault(detail, f"#/right/{name}")])
            chosen[claim] = sides[customer_id]
        return chosen


class MergedOut(BaseModel):
    """`merge_id` is what takes it back; `customer_id` is where both live now."""

    merge_id: int
    customer_id: int


class PartedOut(BaseModel):
    """`customer_id` lives again beside `survivor_id`."""

    merge_id: int
    customer_id: int
    survivor_id: int


@endpoint(
    "POST",
    "/customers/{int:customer_id}/merge",
    needs="identity.merge_customer",
    answers={201: MergedOut},
    problems=(404, 409, 413),
)
def merge_customers(request: ApiRequest, customer_id: int, merging: MergeIn) -> Answer:
    """Make another customer part of this one; its id leads here from now on."""
    kept = reach(customer_id, reader=request.user)
    other = Customer.objects.visible_to(request.user).filter(pk=merging.other).first()
    if kept is None:
        raise Http404
    if other is None:
        raise ProblemError(404, "other: there is no such customer.", [Fault("There is no such customer.", "#/other")])
    choices = merging.choices(kept, other, by=request.user)
    try:
        done = merge(kept, other, by=request.user, at=timezone.now(), choices=choices)
    except MergeError as refused:
        raise conflict(refused) from refused
    return Answer(MergedOut(merge_id=done.pk, customer_id=kept.pk), 201)


@endpoint(
    "POST",
    "/merges/{int:merge_id}/undo",
    needs="identity.merge_customer",
    answers={200: PartedOut},
    problems=(404, 409),
)
def undo_merge(request: ApiRequest, merge_id: int) -> PartedOut:
    """Take a merge back, exactly, whatever happened since."""
    done = Merge.objects.visible_to(request.user).filter(pk=merge_id).first()
    root = survivor(done.survivor_id, reader=request.user) if done else None
    if done is None or root is None:
        raise Http404
    try:
        lives = unmerge(done, by=request.user, at=timezone.now())
    except MergeError as refused:
        raise conflict(refused) from refused
    return PartedOut(merge_id=done.pk, customer_id=lives.pk, survivor_id=root.pk)


def conflict(refused: MergeError) -> ProblemError:
    return ProblemError(409, REASONS[refused.code], more={"code": refused.code})


class ReasonOut(BaseModel):
    """What speaks for it, such as `same name` or `same phone`, and the value that both share, if there is one."""

    code: str
    value: str


class DuplicateOut(BaseModel):
    """Two records that may be one customer. After a merge both ids are the same."""

    id: int
    state: Pair.State
    score: float = Field(description="Between 0 and 1.")
    reasons: list[ReasonOut]
    conflict_source: str = Field(description="The source of a record or arrival that named both, or nothing.")
    customer_ids: list[int] = Field(description="The older one first; it is the one that a merge keeps.")
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    merge_id: int | None = Field(description="`POST /merges/{merge_id}/undo` takes the merge back.")

    @classmethod
    def of(cls, pair: Pair) -> "DuplicateOut":
        return cls(
            id=pair.pk,
            state=Pair.State(pair.state),
            score=pair.likelihood,
            reasons=[ReasonOut(code=code, value=value) for code, value in pair.reasons],
            conflict_source=pair.conflict_source,
            customer_ids=sorted((pair.one.customer_id, pair.other.customer_id)),
            found_at=pair.found_at,
            decided_at=pair.decided_at,
            decided_by=pair.decided_by.email if pair.decided_by else None,
            merge_id=pair.merge_id,
        )


class DuplicatePage(BaseModel):
    items: list[DuplicateOut]
    next: str | None


class DuplicateChoice(BaseModel):
    state: Pair.State = Pair.State.OPEN
    after: After = ""
    limit: Limit = 50


@endpoint("GET", "/duplicates", needs="identity.merge_customer", answers={200: DuplicatePage})
def list_duplicates(request: ApiRequest, choice: Query[DuplicateChoice]) -> DuplicatePage:
    """Pairs that may be one customer, the likeliest first; those of which both records can be seen."""
    found = Pair.objects.visible_to(request.user).filter(state=choice.state)
    if choice.after:
        place = cursor.read(choice.after, int, int)
        if place is None:
            raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
        score, pk = place
        found = found.filter(Q(score__lt=score) | Q(score=score, pk__lt=pk))
    rows = list(found.with_customers().order_by("-score", "-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].score, page[-1].pk) if len(rows) > choice.limit else None
    return DuplicatePage(items=[DuplicateOut.of(pair) for pair in page], next=following)


class Decision(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "not the same"}]})

    decision: Literal["merge", "not the same", "open"] = Field(
        description="`open` takes back what was decided, a merge with it."
    )


@endpoint(
    "POST",
    "/duplicates/{int:pair_id}/decide",
    needs="identity.merge_customer",
    answers={200: DuplicateOut},
    problems=(404, 409, 413),
)
def decide_duplicate(request: ApiRequest, pair_id: int, decided: Decision) -> DuplicateOut:
    """Say that both are one customer, or that they are not, which is remembered for ever."""
    seen = Pair.objects.visible_to(request.user).with_customers()
    pair = seen.filter(pk=pair_id).first()
    if pair is None:
        raise Http404
    if not carried_out(pair, decided.decision, by=request.user):
        raise ProblemError(409, "This pair has been decided already, or waits already.", more={"code": pair.state})
    return DuplicateOut.of(seen.get(pk=pair_id))


def carried_out(pair: Pair, decision: str, *, by: User) -> bool:
    at = timezone.now()
    if decision == "open":
        return reopen(pair, by=by, at=at)
    if decision == "not the same":
        return keep_apart(pair, by=by, at=at)
    try:
        return bool(join(pair, by=by, at=at).pk)
    except MergeError:
        return False
