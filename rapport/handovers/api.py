"""Hand-overs over the API: begun, written, sent, taken, accepted, sent back."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from rapport.customers.reach import survivor
from rapport.handovers.handover import THEIRS, Handover, State, Step
from rapport.handovers.open_handover import open_handover
from rapport.handovers.plan import Duty, Plan, Point, Station
from rapport.handovers.receive_handover import accept_handover, send_back, take_handover
from rapport.handovers.send_handover import fill_handover, send_handover, withdraw
from rapport.handovers.tell import HandoverError
from rapport.lib import cursor
from rapport.people.endpoint import After, Answer, Given, Limit, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.deal import Deal
from rapport.ui.problem import Fault, ProblemError

Text = Annotated[str, Field(max_length=8_000, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*\S[^\x00]*$")]


class HandoverPointOut(BaseModel):
    id: int
    name: str
    required: bool
    text: str
    filled_by_rapport: bool = Field(description="It still says what Rapport began it with.")


class HandoverStepOut(BaseModel):
    what: Step.Kind
    at: datetime
    by_id: int | None
    said: str


class HandoverOut(BaseModel):
    id: int
    deal_id: int
    customer_id: int | None
    plan_id: int
    station_id: int
    station: str
    team_id: int | None = Field(description="Who receives; none: whoever sees it.")
    state: State
    sender_id: int
    taken_by_id: int | None
    opened_at: datetime
    first_sent_at: datetime | None
    sent_at: datetime | None
    due_at: datetime | None = Field(description="Until when it is to be answered.")
    taken_at: datetime | None
    answered_at: datetime | None
    returns: int = Field(description="How often it was sent back.")

    @classmethod
    def of(cls, one: Handover) -> "HandoverOut":
        return cls(**facts(one))


def facts(one: Handover) -> dict[str, Any]:
    same = ("deal_id", "station_id", "team_id", "state", "sender_id", "taken_by_id", "opened_at", "first_sent_at")
    more = ("sent_at", "due_at", "taken_at", "answered_at", "returns")
    return {
        "id": one.pk,
        "customer_id": one.deal.member.customer_id if one.deal.member else None,
        "plan_id": one.station.plan_id,
        "station": one.station.name,
        **{name: getattr(one, name) for name in (*same, *more)},
    }


class WholeHandoverOut(HandoverOut):
    points: list[HandoverPointOut]
    steps: list[HandoverStepOut] = Field(description="The newest first.")

    @classmethod
    def of(cls, one: Handover) -> "WholeHandoverOut":
        points = [
            HandoverPointOut(
                id=said.pk,
                name=said.name,
                required=said.required,
                text=said.text,
                filled_by_rapport=bool(said.begun_with),
            )
            for said in one.answers.in_order()
        ]
        steps = [
            HandoverStepOut(what=Step.Kind(made.kind), at=made.at, by_id=made.by_id, said=made.words)
            for made in one.steps.order_by("-at", "-pk")
        ]
        return cls(**facts(one), points=points, steps=steps)


class HandoverPage(BaseModel):
    items: list[HandoverOut]
    next: str | None


class HandoverChoice(BaseModel):
    customer_id: int | None = None
    deal_id: int | None = None
    team_id: int | None = None
    sender_id: int | None = None
    taken_by_id: int | None = None
    state: State | None = None
    overdue: bool | None = Field(default=None, description="Only those whose answer is overdue, or only the others.")
    after: After = ""
    limit: Limit = 50


class HandoverIn(Given):
    """Which deal is handed over: to whoever is next after those who have it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deal_id": 12}]})

    deal_id: int


class HandoverPointIn(Given):
    id: int
    text: Text


class HandoverPointsIn(Given):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"points": [{"id": 1, "text": "A second grinder until the end of May"}]}]}
    )

    points: list[HandoverPointIn] = Field(max_length=100)


class ReturnIn(Given):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Who lets us in?"}]})

    reason: Reason


class StationPointOut(BaseModel):
    id: int
    name: str
    hint: str
    required: bool
    begins_with: str


class StationTaskOut(BaseModel):
    id: int
    name: str
    due_after_days: int


class StationOut(BaseModel):
    id: int
    name: str
    team_id: int | None
    answered_within_hours: int | None
    points: list[StationPointOut]
    tasks: list[StationTaskOut]


class HandoverPlanOut(BaseModel):
    id: int
    name: str
    pipeline_id: int | None
    begins_by_itself: bool
    stations: list[StationOut]


class HandoverPlansOut(BaseModel):
    items: list[HandoverPlanOut]


@endpoint("GET", "/handover-plans", needs="handovers.view_handover", answers={200: HandoverPlansOut})
def list_handover_plans(request: ApiRequest) -> HandoverPlansOut:
    """To whom is handed over, what must be passed on, and by when it is answered."""
    points = list(Point.objects.visible_to(request.user).current())
    duties = list(Duty.objects.visible_to(request.user).current())
    stations = list(Station.objects.visible_to(request.user).current())
    plans = Plan.objects.visible_to(request.user).current()
    return HandoverPlansOut(
        items=[
            HandoverPlanOut(
                id=plan.pk,
                name=plan.name,
                pipeline_id=plan.pipeline_id,
                begins_by_itself=plan.by_itself,
                stations=[station_out(one, points, duties) for one in stations if one.plan_id == plan.pk],
            )
            for plan in plans
        ]
    )


def station_out(station: Station, points: list[Point], duties: list[Duty]) -> StationOut:
    return StationOut(
        id=station.pk,
        name=station.name,
        team_id=station.team_id,
        answered_within_hours=station.hours,
        points=[
            StationPointOut(id=one.pk, name=one.name, hint=one.hint, required=one.required, begins_with=one.known)
            for one in points
            if one.station_id == station.pk
        ],
        tasks=[
            StationTaskOut(id=one.pk, name=one.name, due_after_days=one.days)
            for one in duties
            if one.station_id == station.pk
        ],
    )


@endpoint("GET", "/handovers", needs="handovers.view_handover", answers={200: HandoverPage})
def list_handovers(request: ApiRequest, choice: Query[HandoverChoice]) -> HandoverPage:
    """Hand-overs, the last begun first."""
    place = cursor.read(choice.after, int) if choice.after else (0,)
    if place is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    wanted = {
        "pk__lt": place[0] or None,
        "deal": choice.deal_id,
        "team": choice.team_id,
        "sender": choice.sender_id,
        "taken_by": choice.taken_by_id,
        "state": choice.state,
    }
    found = Handover.objects.visible_to(request.user).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if choice.customer_id is not None:
        customer = survivor(choice.customer_id, reader=request.user)
        found = found.filter(deal__member__customer=customer) if customer else found.none()
    if choice.overdue is not None:
        late = (
            Handover.objects.visible_to(request.user).filter(state__in=THEIRS, due_at__lt=timezone.now()).values("pk")
        )
        found = found.filter(pk__in=late) if choice.overdue else found.exclude(pk__in=late)
    rows = list(found.select_related("deal__member", "station").order_by("-pk")[: choice.limit + 1])
    page = rows[: choice.limit]
    following = cursor.write(page[-1].pk) if len(rows) > choice.limit else None
    return HandoverPage(items=[HandoverOut.of(one) for one in page], next=following)


@endpoint("POST", "/handovers", needs="handovers.change_handover", answers={201: WholeHandoverOut}, problems=(409,))
def add_handover(request: ApiRequest, handover: HandoverIn) -> Answer:
    """Begin to hand a deal over, each point filled with what is known; it is not sent yet."""
    deal = Deal.objects.visible_to(request.user).filter(pk=handover.deal_id).first()
    if deal is None:
        raise ProblemError(422, "deal_id: There is no such deal.", [Fault("There is no such deal.", "#/deal_id")])
    made = tried(lambda: open_handover(deal.pk, by=request.user, at=timezone.now()))
    return Answer(WholeHandoverOut.of(made), 201)


@endpoint(
    "GET",
    "/handovers/{int:handover_id}",
    needs="handovers.view_handover",
    answers={200: WholeHandoverOut},
    problems=(404,),
)
def read_handover(request: ApiRequest, handover_id: int) -> WholeHandoverOut:
    """One hand-over with what it passes on and every step."""
    return WholeHandoverOut.of(the_handover(request, handover_id))


@endpoint(
    "PATCH",
    "/handovers/{int:handover_id}/points",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def write_handover_points(request: ApiRequest, handover_id: int, given: HandoverPointsIn) -> WholeHandoverOut:
    """Say what is passed on; points that are not named stay as they are."""
    found = the_handover(request, handover_id)
    known = set(found.answers.values_list("pk", flat=True))
    for place, one in enumerate(given.points):
        if one.id not in known:
            fault = Fault("It has no such point.", f"#/points/{place}/id")
            raise ProblemError(422, f"points.{place}.id: It has no such point.", [fault])
    texts = {one.id: one.text for one in given.points}
    return WholeHandoverOut.of(tried(lambda: fill_handover(found.pk, texts, by=request.user, at=timezone.now())))


@endpoint(
    "POST",
    "/handovers/{int:handover_id}/send",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def send_a_handover(request: ApiRequest, handover_id: int) -> WholeHandoverOut:
    """Send it; the clock runs. 409 where a point that must be there is empty, or it is sent already."""
    found = the_handover(request, handover_id)
    return WholeHandoverOut.of(tried(lambda: send_handover(found.pk, by=request.user, at=timezone.now())))


@endpoint(
    "POST",
    "/handovers/{int:handover_id}/withdraw",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def withdraw_a_handover(request: ApiRequest, handover_id: int) -> WholeHandoverOut:
    """Take back what nobody has answered yet."""
    found = the_handover(request, handover_id)
    return WholeHandoverOut.of(tried(lambda: withdraw(found.pk, by=request.user, at=timezone.now())))


@endpoint(
    "POST",
    "/handovers/{int:handover_id}/take",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def take_a_handover(request: ApiRequest, handover_id: int) -> WholeHandoverOut:
    """Look after it from now on; 409 where it goes to another team, or a colleague was quicker."""
    found = the_handover(request, handover_id)
    return WholeHandoverOut.of(tried(lambda: take_handover(found.pk, seen=None, by=request.user, at=timezone.now())))


@endpoint(
    "POST",
    "/handovers/{int:handover_id}/accept",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def accept_a_handover(request: ApiRequest, handover_id: int) -> WholeHandoverOut:
    """All that is needed is there; what is to be done first becomes tasks of whose token it is."""
    found = the_handover(request, handover_id)
    return WholeHandoverOut.of(tried(lambda: accept_handover(found.pk, by=request.user, at=timezone.now())))


@endpoint(
    "POST",
    "/handovers/{int:handover_id}/return",
    needs="handovers.change_handover",
    answers={200: WholeHandoverOut},
    problems=(404, 409),
)
def return_a_handover(request: ApiRequest, handover_id: int, given: ReturnIn) -> WholeHandoverOut:
    """Send it back to whoever handed over, with what is missing."""
    found = the_handover(request, handover_id)
    return WholeHandoverOut.of(tried(lambda: send_back(found.pk, given.reason, by=request.user, at=timezone.now())))


def the_handover(request: ApiRequest, handover_id: int) -> Handover:
    found = Handover.objects.visible_to(request.user).whole().filter(pk=handover_id).first()
    if found is None:
        raise Http404
    return found


def tried(step: Callable[[], Handover]) -> Handover:
    try:
        return step()
    except HandoverError as problem:
        raise ProblemError(409, str(problem)) from problem
