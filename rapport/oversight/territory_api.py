"""Territories over the API: their rules, who looks after them, and how far the walk through all customers has come."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.oversight.map_out import TerritoryError, drop_territory, keep_territory, latest_placing
from rapport.oversight.territory_forms import MOST, TerritoryForm
from rapport.people.endpoint import Answer, Given, Word, endpoint
from rapport.people.territory import Placing, Territory
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

NEEDS = "people.change_user"
Values = Annotated[list[Word], Field(max_length=MOST)]
RULES = ("name", "place", "countries", "postcodes", "cities", "field", "choices")
LARGEST_ID = 2**63 - 1


class TerritoryOut(BaseModel):
    """A rule over customers. Of the values of one line any has to fit, of the lines all; the lowest `place` goes first."""

    id: int
    name: str
    place: int
    countries: list[str] = Field(description="Codes of two letters.")
    postcodes: list[str] = Field(description="With what they begin.")
    cities: list[str]
    field: str = Field(description="The key of a field of your own, as GET /fields lists it; empty for none.")
    choices: list[str] = Field(description="Its values; of a field with options their keys.")
    members: list[int] = Field(description="Ids of the colleagues who look after it.")

    @classmethod
    def of(cls, one: Territory) -> "TerritoryOut":
        members = sorted(person.pk for person in one.members.all())
        return cls(id=one.pk, members=members, **{name: getattr(one, name) for name in RULES})


class PlacingOut(BaseModel):
    """The walk that puts every customer where the rules of today say."""

    share: int = Field(description="How much of it is done, in percent.")
    moved: int = Field(description="So many came into another territory.")
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Placing) -> "PlacingOut":
        return cls(share=one.share, moved=one.moved, ended_at=one.ended_at)


class TerritoriesOut(BaseModel):
    items: list[TerritoryOut]
    placing: PlacingOut | None = Field(description="The latest walk; null when there was none yet.")


class TerritoryChange(Given):
    """What changes; what is left out stays, a list that is sent takes the place of the one before."""

    name: Word | None = None
    place: int | None = Field(default=None, ge=1, le=9_999)
    countries: Values | None = Field(default=None, description="Names or codes.")
    postcodes: Values | None = None
    cities: Values | None = None
    field: Word | None = Field(default=None, description="Empty for none.")
    choices: Values | None = None
    members: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(max_length=MOST)] | None = Field(
        default=None, description="Ids of colleagues, who may sign in."
    )


class TerritoryIn(TerritoryChange):
    """A new rule, with at least one line that says where its customers are."""

    name: Word


@endpoint("GET", "/territories", needs=NEEDS, answers={200: TerritoriesOut})
def list_territories(request: ApiRequest) -> TerritoriesOut:
    """Every territory in the order in which they are asked."""
    found = Territory.objects.visible_to(request.user).current().prefetch_related("members")
    placing = latest_placing()
    items = [TerritoryOut.of(one) for one in found]
    return TerritoriesOut(items=items, placing=PlacingOut.of(placing) if placing else None)


@endpoint("GET", "/territories/{int:territory_id}", needs=NEEDS, answers={200: TerritoryOut}, problems=(404,))
def read_territory(request: ApiRequest, territory_id: int) -> TerritoryOut:
    """One territory."""
    return TerritoryOut.of(the_territory(request, territory_id))


@endpoint("POST", "/territories", needs=NEEDS, answers={201: TerritoryOut})
def add_territory(request: ApiRequest, given: TerritoryIn) -> Answer:
    """Customers are put where they belong in the background; members see them as they come."""
    last = Territory.objects.visible_to(request.user).current().count() + 1
    return Answer(kept(request, Territory(place=last), given), status=201)


@endpoint("PATCH", "/territories/{int:territory_id}", needs=NEEDS, answers={200: TerritoryOut}, problems=(404,))
def change_territory(request: ApiRequest, territory_id: int, given: TerritoryChange) -> TerritoryOut:
    """Its rule, its place, who looks after it. Members follow at once, customers in the background."""
    return kept(request, the_territory(request, territory_id), given)


@endpoint("DELETE", "/territories/{int:territory_id}", needs=NEEDS, answers={204: None}, problems=(404,))
def remove_territory(request: ApiRequest, territory_id: int) -> Answer:
    """Nobody sees by it any more; its customers go where the other rules say."""
    drop_territory(the_territory(request, territory_id), by=request.user, at=timezone.now())
    return Answer(None, status=204)


def the_territory(request: ApiRequest, territory_id: int) -> Territory:
    return get_object_or_404(Territory.objects.visible_to(request.user).current(), pk=territory_id)


def kept(request: ApiRequest, territory: Territory, given: TerritoryChange) -> TerritoryOut:
    """By the same form as in the browser, so that a rule is one that makes sense whichever way it came."""
    members = list(territory.members.filter(is_active=True).values_list("pk", flat=True)) if territory.pk else []
    said: dict[str, Any] = {**{name: getattr(territory, name) for name in RULES}, "members": members}
    sent = {name: value for name, value in given.model_dump(exclude_unset=True).items() if value is not None}
    form = TerritoryForm({**said, **sent}, territory=territory)
    if form.is_valid():
        made = form.kept()
        try:
            keep_territory(made, list(form.cleaned_data["members"]), by=request.user, at=timezone.now())
        except TerritoryError as problem:
            form.refuse(problem)
        else:
            return TerritoryOut.of(made)
    raise refused(form)


def refused(form: TerritoryForm) -> ProblemError:
    faults = [
        Fault(str(message), "#" if name == "__all__" else f"#/{name}")
        for name, messages in form.errors.items()
        for message in messages
    ]
    return ProblemError(422, faults[0].detail, faults)
