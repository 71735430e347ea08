"""Leads over the API: written down, read, taken, given, settled, made a deal."""

from datetime import date, datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rapport.channels.inbound import Channel
from rapport.customers.reach import survivor
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, Line, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.deals_api import DealFields, DealOut, Title, refuse, said, the_deal, the_owner
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import ACTIVE, Lead, LeadState
from rapport.sales.open_deal import NewDeal
from rapport.sales.pipeline import End, Reason, Stage
from rapport.sales.qualify_lead import NotOpen, Qualified, qualify_lead
from rapport.sales.settle_lead import keep_warm, set_aside, take_up_again
from rapport.sales.take_lead import Gone, take_lead
from rapport.sales.write_down_lead import Enquiry, write_down_lead
from rapport.ui.problem import Fault, ProblemError

LAST_YEAR = 2200
Text = Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Key = Annotated[Line, Field(min_length=1, max_length=60)]


class LeadIn(Given):
    """An enquiry: by a customer who is known, or by whoever has this address or number."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "wish": "Ten machines for a new office",
                    "source_id": 1,
                    "name": "Ada Byron",
                    "email": "ada@engine.example",
                    "external_id": "fair-2026-17",
                }
            ]
        }
    )

    wish: Title
    source_id: int
    external_id: Key = Field(description="Yours: sent again with the same one it stays one lead.")
    customer_id: int | None = None
    name: Line = ""
    email: Line = ""
    phone: Line = ""
    text: Text = ""
    channel: Channel = Channel.WEB
    came_at: AwareDatetime | None = Field(default=None, description="Now unless said otherwise.")
    owner_id: int | None = Field(default=None, description="Whom the routes say unless said otherwise.")


class LeadOut(BaseModel):
    id: int
    wish: str
    customer_id: int | None
    name: str
    source_id: int
    state: LeadState
    owner_id: int | None
    came_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    keep_warm_until: date | None
    reason_id: int | None
    said: str
    deal_id: int | None
    interaction_id: int | None
    why: dict[str, object] = Field(description="What the route found that gave it to its owner.")

    @classmethod
    def of(cls, one: Lead) -> "LeadOut":
        same = ("wish", "source_id", "owner_id", "came_at", "answer_by", "answered_at", "reason_id", "said", "deal_id")
        return cls(
            id=one.pk,
            customer_id=one.member.customer_id if one.member else None,
            name=one.called,
            state=LeadState(one.state),
            keep_warm_until=one.until,
            interaction_id=one.interaction_id,
            why=one.why,
            **{name: getattr(one, name) for name in same},
        )


class LeadPage(BaseModel):
    items: list[LeadOut]
    next: str | None


class LeadChoice(BaseModel):
    customer_id: int | None = None
    source_id: int | None = None
    owner_id: int | None = None
    state: LeadState | None = None
    overdue: bool | None = Field(default=None, description="Only those whose answer is overdue, or only the others.")
    wish: Word = Field(default="", description="A part of it.")
    after: After = ""
    limit: Limit = 50


class LeadSourceOut(BaseModel):
    id: int
    name: str
    answered_within_hours: int | None


class LeadReasonOut(BaseModel):
    id: int
    name: str


class LeadSourcesOut(BaseModel):
    items: list[LeadSourceOut]
    reasons: list[LeadReasonOut] = Field(description="For which leads are set aside.")


class GiveIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"owner_id": 2}]})

    owner_id: int | None = Field(default=None, description="Whoever the token is of unless said otherwise.")
    seen_owner_id: int | None = Field(default=None, description="Whose it was: meanwhile another's, it answers 409.")


class AsideIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason_id": 1}]})

    reason_id: int
    said: Line = ""


class WarmIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2199-12-31"}]})

    until: Annotated[date, Field(le=date(LAST_YEAR, 12, 31))]


class QualifyIn(DealFields):
    """The deal that it becomes; what is not named is as the lead has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"next_step": "Visit them"}]})

    name: Title | None = None
    stage_id: int | None = None
    owner_id: int | None = None


@endpoint("GET", "/lead-sources", needs="sales.view_lead", answers={200: LeadSourcesOut})
def list_lead_sources(request: ApiRequest) -> LeadSourcesOut:
    """Where leads come from, and why they are set aside."""
    sources = LeadSource.objects.visible_to(request.user).current()
    reasons = Reason.objects.visible_to(request.user).current().filter(end=Reason.UNFIT)
    return LeadSourcesOut(
        items=[LeadSourceOut(id=one.pk, name=one.name, answered_within_hours=one.hours) for one in sources],
        reasons=[LeadReasonOut(id=one.pk, name=one.name) for one in reasons],
    )


@endpoint("GET", "/leads", needs="sales.view_lead", answers={200: LeadPage})
def list_leads(request: ApiRequest, choice: Query[LeadChoice]) -> LeadPage:
    """Leads, the last that came first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {
        "pk__lt": place[0] or None,
        "source": choice.source_id,
        "owner": choice.owner_id,
        "state": choice.state,
        "wish__icontains": choice.wish or None,
    }
    found = Lead.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(member__customer=customer) if customer else found.none()
    if choice.overdue is not None:
        late = {"state__in": ACTIVE, "answered_at": None, "answer_by__lt": timezone.now()}
        found = (
            found.filter(**late) if choice.overdue else found.exclude(pk__in=Lead.objects.filter(**late).values("pk"))
        )
    rows = list(found.select_related("member").order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return LeadPage(items=[LeadOut.of(one) for one in page], next=following)


@endpoint("POST", "/leads", needs="sales.change_lead", answers={201: LeadOut})
def add_lead(request: ApiRequest, lead: LeadIn) -> Answer:
    """Write an enquiry down: it stands on the timeline, and goes to whom the routes say."""
    source = LeadSource.objects.visible_to(request.user).current().filter(pk=lead.source_id).first()
    if source is None:
        raise refuse("source_id", "There is no such source.")
    customer = survivor(lead.customer_id, reader=request.user) if lead.customer_id is not None else None
    if lead.customer_id is not None and customer is None:
        raise refuse("customer_id", "There is no such customer.")
    if customer is None and not (lead.email or lead.phone):
        raise refuse("email", "Give a customer, an e-mail address or a phone number.")
    owner = the_owner(lead.owner_id) if lead.owner_id is not None else None
    who = (lead.name, lead.email, lead.phone)
    enquiry = Enquiry(lead.wish, source, lead.channel, lead.text, customer, *who, owner, lead.came_at)
    made = write_down_lead(enquiry, key=lead.external_id, by=request.user, at=timezone.now())
    return Answer(LeadOut.of(Lead.objects.select_related("member").get(pk=made.pk)), 201)


@endpoint("GET", "/leads/{int:lead_id}", needs="sales.view_lead", answers={200: LeadOut}, problems=(404,))
def read_lead(request: ApiRequest, lead_id: int) -> LeadOut:
    """One lead."""
    return LeadOut.of(the_lead(request, lead_id))


@endpoint("POST", "/leads/{int:lead_id}/give", needs="sales.change_lead", answers={200: LeadOut}, problems=(404, 409))
def give_lead(request: ApiRequest, lead_id: int, give: GiveIn) -> LeadOut:
    """Take it, or give it to a colleague."""
    found = the_lead(request, lead_id)
    to = the_owner(give.owner_id) if give.owner_id is not None else request.user
    seen = give.seen_owner_id if "seen_owner_id" in give.model_fields_set else found.owner_id
    outcome = take_lead(lead_id, seen=seen, by=request.user, at=timezone.now(), to=to)
    if isinstance(outcome, Gone):
        raise ProblemError(409, "Somebody was quicker, or it is no open lead any more.")
    return as_it_is(lead_id)


@endpoint(
    "POST", "/leads/{int:lead_id}/qualify", needs="sales.change_deal", answers={200: DealOut}, problems=(404, 409)
)
def qualify_a_lead(request: ApiRequest, lead_id: int, deal: QualifyIn) -> DealOut:
    """Make it a deal; asked again it answers the same one."""
    found = the_lead(request, lead_id)
    stages = Stage.objects.visible_to(request.user).current().filter(end=End.OPEN).select_related("pipeline")
    stage = stages.filter(pk=deal.stage_id).first() if deal.stage_id is not None else stages.first()
    if stage is None:
        raise refuse("stage_id", "There is no such open stage.")
    for name in stage.needs:
        if getattr(deal, name) is None:
            raise refuse(name, "The stage asks for it.")
    owner = the_owner(deal.owner_id) if deal.owner_id is not None else found.owner or request.user
    new = NewDeal(name=deal.name or found.wish, stage=stage, owner=owner, **said(deal, DealFields.model_fields))
    match qualify_lead(lead_id, new, by=request.user, at=timezone.now()):
        case Qualified(deal=made):
            return DealOut.of(the_deal(request, made.pk))
        case NotOpen():
            raise ProblemError(409, "It is no open lead any more, or nobody knows yet whose it is.")


@endpoint(
    "POST", "/leads/{int:lead_id}/set-aside", needs="sales.change_lead", answers={200: LeadOut}, problems=(404, 409)
)
def set_a_lead_aside(request: ApiRequest, lead_id: int, aside: AsideIn) -> LeadOut:
    """It becomes no deal."""
    the_lead(request, lead_id)
    reasons = Reason.objects.visible_to(request.user).current().filter(end=Reason.UNFIT)
    reason = reasons.filter(pk=aside.reason_id).first()
    if reason is None:
        raise refuse("reason_id", "There is no such reason for leads.")
    return settled(lead_id, set_aside(lead_id, reason, aside.said, by=request.user, at=timezone.now()))


@endpoint(
    "POST", "/leads/{int:lead_id}/keep-warm", needs="sales.change_lead", answers={200: LeadOut}, problems=(404, 409)
)
def keep_a_lead_warm(request: ApiRequest, lead_id: int, warm: WarmIn) -> LeadOut:
    """Nothing is to be done about it until a day."""
    the_lead(request, lead_id)
    if warm.until <= timezone.localdate():
        raise refuse("until", "Give a day to come.")
    return settled(lead_id, keep_warm(lead_id, warm.until, by=request.user, at=timezone.now()))


@endpoint("POST", "/leads/{int:lead_id}/reopen", needs="sales.change_lead", answers={200: LeadOut}, problems=(404, 409))
def reopen_a_lead(request: ApiRequest, lead_id: int) -> LeadOut:
    """Take up again what was set aside or kept warm."""
    the_lead(request, lead_id)
    return settled(lead_id, take_up_again(lead_id, by=request.user, at=timezone.now()))


def the_lead(request: ApiRequest, lead_id: int) -> Lead:
    found = Lead.objects.visible_to(request.user).whole().filter(pk=lead_id).first()
    if found is None:
        raise Http404
    return found


def as_it_is(lead_id: int) -> LeadOut:
    """As whoever just changed it hears of it, also when it thereby went out of their sight."""
    return LeadOut.of(Lead.objects.select_related("member").get(pk=lead_id))


def settled(lead_id: int, done: Lead | None) -> LeadOut:
    if done is None:
        raise ProblemError(409, "It is in another state meanwhile.")
    return as_it_is(lead_id)
