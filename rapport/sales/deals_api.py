"""Deals over the API: opened, read, changed, moved; and the pipelines through which they go."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.reach import survivor
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.models import User
from rapport.people.tokens import ApiRequest
from rapport.sales.api import number
from rapport.sales.change_deal import change_deal
from rapport.sales.competitor import Competitor
from rapport.sales.deal import Deal, stalled
from rapport.sales.move_deal import Elsewhere, Lacking, Moved, move_deal
from rapport.sales.open_deal import NewDeal, open_deal
from rapport.sales.pipeline import Asked, End, Pipeline, Reason, Stage
from rapport.timeline.payloads import Currency
from rapport.ui.problem import Fault, ProblemError

LARGEST = 10**12
FIRST_YEAR, LAST_YEAR = 1900, 2200
Sum = Annotated[Decimal, Field(ge=0, le=LARGEST, decimal_places=4)]
Share = Annotated[int, Field(ge=0, le=100)]
Day = Annotated[date, Field(ge=date(FIRST_YEAR, 1, 1), le=date(LAST_YEAR, 12, 31))]
Title = Annotated[Line, Field(min_length=1, max_length=200)]


class DealFields(Given):
    """What can be said of a deal at any time."""

    amount: Sum | None = None
    currency: Currency | None = None
    probability: Share | None = Field(default=None, description="In percent; null: that of its stage.")
    closes_on: Day | None = None
    next_step: Line = ""
    next_step_on: Day | None = None


class DealIn(DealFields):
    """A new deal. It begins in the first open stage of the first pipeline unless said otherwise."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": 12,
                    "name": "Cork floor",
                    "amount": "1200.50",
                    "currency": "EUR",
                    "next_step": "Call her",
                    "next_step_on": "2026-12-01",
                }
            ]
        }
    )

    customer_id: int
    name: Title
    stage_id: int | None = None
    owner_id: int | None = Field(default=None, description="Whoever the token is of unless said otherwise.")


class DealChange(DealFields):
    """What is to be otherwise; what is not named stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"next_step": "Send offer"}]})

    name: Title | None = None
    owner_id: int | None = None


class MoveIn(Given):
    """Where it shall be. `seen_stage_id` is where it was when somebody decided that: otherwise nothing is done (409)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"stage_id": 3, "seen_stage_id": 2}]})

    stage_id: int
    seen_stage_id: int | None = None
    reason_id: int | None = Field(default=None, description="Why it was won or lost; a lost one needs it.")
    said: Line = ""
    lost_to_id: int | None = Field(default=None, description="The competitor who won it, where it is lost.")


class DealOut(BaseModel):
    id: int
    customer_id: int | None
    name: str
    pipeline_id: int
    stage_id: int
    state: End
    owner_id: int
    amount: str | None
    currency: str
    probability: int = Field(description="In percent: its own, else that of its stage.")
    closes_on: date | None
    next_step: str
    next_step_on: date | None
    stage_since: datetime
    opened_at: datetime
    closed_at: datetime | None
    reason_id: int | None
    said: str
    agent: str = Field(description="Whose it is by its source, when nobody here is called so.")

    @classmethod
    def of(cls, one: Deal) -> "DealOut":
        same = ("name", "pipeline_id", "stage_id", "owner_id", "currency", "closes_on", "next_step", "next_step_on")
        moments = ("stage_since", "opened_at", "closed_at", "reason_id", "said", "agent")
        return cls(
            id=one.pk,
            customer_id=one.member.customer_id if one.member else None,
            state=End(one.stage.end),
            amount=None if one.amount is None else number(one.amount),
            probability=one.chance,
            **{name: getattr(one, name) for name in (*same, *moments)},
        )


class DealPage(BaseModel):
    items: list[DealOut]
    next: str | None


class DealChoice(BaseModel):
    customer_id: int | None = None
    pipeline_id: int | None = None
    stage_id: int | None = None
    owner_id: int | None = None
    state: End | None = None
    stalled: bool | None = Field(default=None, description="Only those that stand still, or only those that do not.")
    name: Word = Field(default="", description="A part of it.")
    after: After = ""
    limit: Limit = 50


class StageOut(BaseModel):
    id: int
    name: str
    state: End
    probability: int
    stalls_after_days: int | None
    asks_for: list[Asked]
    criteria: str

    @classmethod
    def of(cls, one: Stage) -> "StageOut":
        return cls(
            id=one.pk,
            name=one.name,
            state=End(one.end),
            probability=one.probability,
            stalls_after_days=one.days,
            asks_for=[Asked(name) for name in one.needs],
            criteria=one.criteria,
        )


class PipelineOut(BaseModel):
    id: int
    name: str
    stages: list[StageOut]


class DealReasonOut(BaseModel):
    id: int
    state: End
    name: str


class PipelinesOut(BaseModel):
    items: list[PipelineOut]
    reasons: list[DealReasonOut]


def refuse(field: str, reason: str, status: int = 422) -> ProblemError:
    return ProblemError(status, f"{field}: {reason}", [Fault(reason, f"#/{field}")])


@endpoint("GET", "/pipelines", needs="sales.view_deal", answers={200: PipelinesOut})
def list_pipelines(request: ApiRequest) -> PipelinesOut:
    """Pipelines with their stages in order, and the reasons for which deals end."""
    stages = list(Stage.objects.visible_to(request.user).current())
    items = [
        PipelineOut(id=one.pk, name=one.name, stages=[StageOut.of(two) for two in stages if two.pipeline_id == one.pk])
        for one in Pipeline.objects.visible_to(request.user).current()
    ]
    reasons = Reason.objects.visible_to(request.user).current().filter(end__in=End.values)
    return PipelinesOut(
        items=items, reasons=[DealReasonOut(id=one.pk, state=End(one.end), name=one.name) for one in reasons]
    )


@endpoint("GET", "/deals", needs="sales.view_deal", answers={200: DealPage})
def list_deals(request: ApiRequest, choice: Query[DealChoice]) -> DealPage:
    """Deals, the last opened first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {
        "pk__lt": place[0] or None,
        "pipeline": choice.pipeline_id,
        "stage": choice.stage_id,
        "owner": choice.owner_id,
        "stage__end": choice.state,
        "name__icontains": choice.name or None,
    }
    found = Deal.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(member__customer=customer) if customer else found.none()
    if choice.stalled is not None:
        still = stalled(at=timezone.now(), today=timezone.localdate())
        found = found.filter(still) if choice.stalled else found.exclude(pk__in=Deal.objects.filter(still).values("pk"))
    rows = list(found.whole().order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return DealPage(items=[DealOut.of(one) for one in page], next=following)


@endpoint("POST", "/deals", needs="sales.change_deal", answers={201: DealOut})
def add_deal(request: ApiRequest, deal: DealIn) -> Answer:
    """Open a deal; sent twice within a minute it is one."""
    customer = survivor(deal.customer_id, reader=request.user)
    if customer is None:
        raise refuse("customer_id", "There is no such customer.")
    stages = Stage.objects.visible_to(request.user).current().filter(end=End.OPEN).select_related("pipeline")
    stage = stages.filter(pk=deal.stage_id).first() if deal.stage_id is not None else stages.first()
    if stage is None:
        raise refuse("stage_id", "There is no such open stage.")
    owner = the_owner(deal.owner_id) if deal.owner_id is not None else request.user
    for name in stage.needs:
        if getattr(deal, name) is None:
            raise refuse(name, "The stage asks for it.")
    new = NewDeal(name=deal.name, stage=stage, owner=owner, **said(deal, DealFields.model_fields))
    made = open_deal(new, customer=customer, by=request.user, at=timezone.now())
    return Answer(DealOut.of(the_deal(request, made.pk)), 201)


@endpoint("GET", "/deals/{int:deal_id}", needs="sales.view_deal", answers={200: DealOut}, problems=(404,))
def read_deal(request: ApiRequest, deal_id: int) -> DealOut:
    """One deal."""
    return DealOut.of(the_deal(request, deal_id))


@endpoint("PATCH", "/deals/{int:deal_id}", needs="sales.change_deal", answers={200: DealOut}, problems=(404,))
def change_a_deal(request: ApiRequest, deal_id: int, change: DealChange) -> DealOut:
    """Change what is named."""
    found = the_deal(request, deal_id)
    named = change.model_fields_set
    wanted = said(change, [name for name in DealFields.model_fields if name in named], now=found)
    if "name" in named:
        if change.name is None:
            raise refuse("name", "A deal has a name.")
        wanted["name"] = change.name
    if {"amount", "currency"} & named and found.lines.exists():
        raise refuse("amount", "It follows the lines of the deal.")
    if change.owner_id is not None:
        wanted["owner"] = the_owner(change.owner_id)
    change_deal(deal_id, wanted, was=None, by=request.user, at=timezone.now())
    return DealOut.of(the_deal(request, deal_id))


@endpoint("POST", "/deals/{int:deal_id}/move", needs="sales.change_deal", answers={200: DealOut}, problems=(404, 409))
def move_a_deal(request: ApiRequest, deal_id: int, move: MoveIn) -> DealOut:
    """Move it to another stage: on, back, won or lost."""
    the_deal(request, deal_id)
    stage = Stage.objects.visible_to(request.user).current().filter(pk=move.stage_id).first()
    if stage is None:
        raise refuse("stage_id", "There is no such stage.")
    brought: dict[str, Any] = {"said": move.said} if move.said else {}
    if move.reason_id is not None:
        reason = Reason.objects.visible_to(request.user).current().filter(pk=move.reason_id, end=stage.end).first()
        if reason is None:
            raise refuse("reason_id", "There is no such reason for this stage.")
        brought["reason"] = reason
    if move.lost_to_id is not None:
        brought["lost_to"] = the_winner(move.lost_to_id, stage)
    outcome = move_deal(deal_id, stage, seen=move.seen_stage_id, brought=brought, by=request.user, at=timezone.now())
    match outcome:
        case Lacking(fields=fields):
            raise ProblemError(
                422,
                f"The stage asks for: {', '.join(fields)}.",
                [Fault("The stage asks for it.", f"#/{name}") for name in fields],
            )
        case Elsewhere(last=last):
            raise ProblemError(409, f"It has been moved to stage {last.to_stage_id} meanwhile.")
        case Moved():
            return DealOut.of(the_deal(request, deal_id))


def the_deal(request: ApiRequest, deal_id: int) -> Deal:
    found = Deal.objects.visible_to(request.user).whole().filter(pk=deal_id).first()
    if found is None:
        raise Http404
    return found


def the_winner(competitor_id: int, stage: Stage) -> Competitor:
    found = Competitor.objects.filter(pk=competitor_id, retired_at=None).first()
    if found is None or stage.end != End.LOST:
        raise refuse("lost_to_id", "There is no such competitor, or the stage is no lost one.")
    return found


def the_owner(user_id: int) -> User:
    found = User.objects.filter(pk=user_id, is_active=True).first()
    if found is None:
        raise refuse("owner_id", "Nobody with this number works here.")
    return found


def said(given: DealFields, names: Any, now: Deal | None = None) -> dict[str, Any]:
    """The values of these fields; an amount stands in a currency."""
    values = {name: getattr(given, name) for name in names}
    if "currency" in values:
        values["currency"] = values["currency"] or ""
    amount = values["amount"] if "amount" in values or now is None else now.amount
    currency = values["currency"] if "currency" in values or now is None else now.currency
    if amount is not None and not currency:
        raise refuse("currency", "An amount stands in a currency.")
    return values
