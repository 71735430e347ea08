"""Competitors over the API: who they are, and in which deals they stand against us."""

from typing import Annotated

from django.http import Http404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.people.endpoint import Answer, Given, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.competitor import Competitor, Rival
from rapport.sales.deals_api import refuse, the_deal
from rapport.sales.keep_competitor import CompetitorError, keep_competitor, retire_competitor
from rapport.sales.name_rival import drop_rival, name_rival

Name = Annotated[Word, Field(min_length=1)]
Long = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Site = Annotated[str, Field(max_length=400, pattern=r"^(https?://[^\s\x00]+)?$")]


class CompetitorFields(Given):
    aliases: list[Name] = Field(default_factory=list, max_length=20, description="Other names that people call them.")
    website: Site = ""
    strengths: Long = ""
    weaknesses: Long = ""
    answer: Long = Field(default="", description="What we say when a customer names them.")


class CompetitorIn(CompetitorFields):
    name: Name


class CompetitorChange(CompetitorFields):
    """What is to be otherwise; what is not named stays."""

    name: Name | None = None
    met: bool | None = Field(default=None, description="False: we do not meet them any more.")


class CompetitorOut(BaseModel):
    id: int
    name: str
    aliases: list[str]
    website: str
    strengths: str
    weaknesses: str
    answer: str
    met: bool

    @classmethod
    def of(cls, one: Competitor) -> "CompetitorOut":
        same = ("name", "aliases", "website", "strengths", "weaknesses", "answer")
        return cls(id=one.pk, met=one.retired_at is None, **{name: getattr(one, name) for name in same})


class CompetitorsOut(BaseModel):
    items: list[CompetitorOut]


class RivalIn(Given):
    competitor_id: int
    role: Rival.Role = Rival.Role.RIVAL


class RivalOut(BaseModel):
    competitor_id: int
    name: str
    role: Rival.Role
    beat_us: bool = Field(description="The deal was lost to them.")


class RivalsOut(BaseModel):
    items: list[RivalOut]


@endpoint("GET", "/competitors", needs="sales.view_competitor", answers={200: CompetitorsOut})
def list_competitors(request: ApiRequest) -> CompetitorsOut:
    """All of them by name, those that are not met any more last."""
    found = Competitor.objects.visible_to(request.user).order_by("retired_at", "name", "pk")
    return CompetitorsOut(items=[CompetitorOut.of(one) for one in found])


@endpoint("POST", "/competitors", needs="sales.change_competitor", answers={201: CompetitorOut})
def add_competitor(request: ApiRequest, competitor: CompetitorIn) -> Answer:
    """Write a competitor down."""
    made = Competitor(**competitor.model_dump())
    keep(made, request)
    return Answer(CompetitorOut.of(made), 201)


@endpoint(
    "PATCH",
    "/competitors/{int:competitor_id}",
    needs="sales.change_competitor",
    answers={200: CompetitorOut},
    problems=(404,),
)
def change_competitor(request: ApiRequest, competitor_id: int, change: CompetitorChange) -> CompetitorOut:
    """Change what is named."""
    found = Competitor.objects.visible_to(request.user).filter(pk=competitor_id).first()
    if found is None:
        raise Http404
    for name in change.model_fields_set - {"met"}:
        value = getattr(change, name)
        if value is None:
            raise refuse(name, "It can't be nothing.")
        setattr(found, name, value)
    if change.met is not None and change.met == bool(found.retired_at):
        try:
            retire_competitor(found, by=request.user, at=timezone.now(), again=change.met)
        except CompetitorError as problem:
            raise refuse(problem.field, str(problem)) from problem
    else:
        keep(found, request)
    return CompetitorOut.of(found)


def keep(competitor: Competitor, request: ApiRequest) -> None:
    try:
        keep_competitor(competitor, by=request.user, at=timezone.now())
    except CompetitorError as problem:
        raise refuse(problem.field, str(problem)) from problem


@endpoint("GET", "/deals/{int:deal_id}/rivals", needs="sales.view_deal", answers={200: RivalsOut}, problems=(404,))
def list_rivals(request: ApiRequest, deal_id: int) -> RivalsOut:
    """The competitors that stand against us in a deal."""
    return rivals_of(request, deal_id)


@endpoint("POST", "/deals/{int:deal_id}/rivals", needs="sales.change_deal", answers={200: RivalsOut}, problems=(404,))
def put_rival(request: ApiRequest, deal_id: int, rival: RivalIn) -> RivalsOut:
    """Say that a competitor stands against us in a deal, in which part; said again it changes."""
    deal = the_deal(request, deal_id)
    known = Competitor.objects.visible_to(request.user).filter(pk=rival.competitor_id, retired_at=None).first()
    if known is None:
        raise refuse("competitor_id", "There is no such competitor.")
    name_rival(deal.pk, known, rival.role, by=request.user, at=timezone.now())
    return rivals_of(request, deal_id)


@endpoint(
    "DELETE",
    "/deals/{int:deal_id}/rivals/{int:competitor_id}",
    needs="sales.change_deal",
    answers={200: RivalsOut},
    problems=(404,),
)
def drop_a_rival(request: ApiRequest, deal_id: int, competitor_id: int) -> RivalsOut:
    """They never stood against us in it."""
    deal = the_deal(request, deal_id)
    found = Rival.objects.visible_to(request.user).filter(deal=deal, competitor=competitor_id).first()
    if found is None:
        raise Http404
    drop_rival(found, by=request.user, at=timezone.now())
    return rivals_of(request, deal_id)


def rivals_of(request: ApiRequest, deal_id: int) -> RivalsOut:
    deal = the_deal(request, deal_id)
    found = Rival.objects.visible_to(request.user).filter(deal=deal).select_related("competitor").order_by("pk")
    return RivalsOut(
        items=[
            RivalOut(
                competitor_id=one.competitor_id,
                name=one.competitor.name,
                role=Rival.Role(one.role),
                beat_us=one.beat_us,
            )
            for one in found
        ]
    )
