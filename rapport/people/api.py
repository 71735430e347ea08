"""Who works here and what each role lets one do, over the API."""

from datetime import date

from django.shortcuts import get_object_or_404
from django.utils import timezone
from pydantic import BaseModel, Field

from rapport.people.change_user import Standing, change_user, may_give
from rapport.people.duties import Gap, gaps_of, matrix
from rapport.people.duty import ServiceDomain
from rapport.people.endpoint import Given, Word, endpoint
from rapport.people.models import Team, User
from rapport.people.posts import Held, posts_on
from rapport.people.role import Role
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError


class RoleOut(BaseModel):
    """One role. Whoever has several may do and see what any of them lets them."""

    key: str
    name: str
    base: str = Field(description="The built-in role whose permissions it follows; empty for none.")
    rows: str = Field(description="Whose customers it sees besides those of no team: `team` or `all`.")
    permissions: list[str]

    @classmethod
    def of(cls, one: Role) -> "RoleOut":
        return cls(key=one.key, name=str(one), base=one.base, rows=one.rows, permissions=sorted(one.permissions))


class RolesOut(BaseModel):
    items: list[RoleOut]


class ColleagueOut(BaseModel):
    """Somebody who works here. The first of their `roles` is the main one."""

    id: int
    name: str
    email: str
    team: str
    roles: list[str] = Field(description="Keys of roles.")
    active: bool

    @classmethod
    def of(cls, one: User) -> "ColleagueOut":
        roles = [one.role_id or "", *(held.role_id for held in one.holdings.all())]
        team = str(one.team or "")
        return cls(id=one.pk, name=str(one), email=one.email, team=team, roles=roles, active=one.is_active)


class ColleaguesOut(BaseModel):
    items: list[ColleagueOut]


class PostOut(BaseModel):
    """A governance post today. `acting` is the deputy where the holder is gone, and null where the post is vacant."""

    id: int
    kind: str
    name: str
    holder: int | None
    deputy: int | None
    acting: int | None
    since: date | None
    until: date | None

    @classmethod
    def of(cls, one: Held) -> "PostOut":
        term = one.term
        return cls(
            id=one.post.pk,
            kind=one.post.kind,
            name=str(one.post),
            holder=term.holder_id if term else None,
            deputy=term.deputy_id if term else None,
            acting=one.acting.pk if one.acting else None,
            since=term.since if term else None,
            until=term.until if term else None,
        )


class PostsOut(BaseModel):
    items: list[PostOut]


class DutyOut(BaseModel):
    letter: str = Field(description="R, A, C or I.")
    party: str
    unit: int | None
    team: int | None
    position: int | None


class DomainOut(BaseModel):
    """A service domain, who has which part in it, and what is missing or double."""

    id: int
    name: str
    about: str
    duties: list[DutyOut]
    gaps: list[Gap]

    @classmethod
    def of(cls, one: ServiceDomain) -> "DomainOut":
        duties = list(one.duties.all())
        told = [
            DutyOut(
                letter=duty.letter,
                party=str(duty.party),
                unit=duty.unit_id,
                team=duty.team_id,
                position=duty.position_id,
            )
            for duty in duties
        ]
        return cls(id=one.pk, name=one.name, about=one.about, duties=told, gaps=gaps_of(duties))


class DomainsOut(BaseModel):
    items: list[DomainOut]


class StandingIn(Given):
    """What changes; what is left out stays."""

    roles: list[Word] | None = Field(default=None, min_length=1, description="The first is the main one.")
    team: Word | None = Field(default=None, description="Empty for none.")
    active: bool | None = None


@endpoint("GET", "/roles", needs="people.view_colleague", answers={200: RolesOut})
def list_roles(request: ApiRequest) -> RolesOut:
    """Every role, the built-in ones first."""
    return RolesOut(items=[RoleOut.of(one) for one in Role.objects.visible_to(request.user).in_order()])


@endpoint("GET", "/people", needs="people.view_colleague", answers={200: ColleaguesOut})
def list_people(request: ApiRequest) -> ColleaguesOut:
    """Everybody who works here or did."""
    found = User.objects.visible_to(request.user).select_related("team").prefetch_related("holdings")
    return ColleaguesOut(items=[ColleagueOut.of(one) for one in found.order_by("name", "pk")])


@endpoint("GET", "/posts", needs="people.view_colleague", answers={200: PostsOut})
def list_posts(request: ApiRequest) -> PostsOut:
    """Every governance post with who holds it today."""
    return PostsOut(items=[PostOut.of(one) for one in posts_on(timezone.localdate(), reader=request.user)])


@endpoint("GET", "/service-domains", needs="people.view_colleague", answers={200: DomainsOut})
def list_service_domains(request: ApiRequest) -> DomainsOut:
    """Every service domain with its RACI."""
    return DomainsOut(items=[DomainOut.of(row.domain) for row in matrix(reader=request.user).rows])


@endpoint(
    "PATCH", "/people/{int:user_id}", needs="people.change_user", answers={200: ColleagueOut}, problems=(404, 409)
)
def change_standing(request: ApiRequest, user_id: int, change: StandingIn) -> ColleagueOut:
    """Roles, team, and whether they may sign in. Nobody gives or takes more than they have (403)."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("team"), pk=user_id)
    roles = roles_named(request, change.roles) if change.roles else person.roles
    if not may_give(request.user, {*person.roles, *roles}):
        raise ProblemError(403, "Nobody gives or takes more than they have.")
    team = person.team if change.team is None else team_named(request, change.team)
    active = person.is_active if change.active is None else change.active
    if change_user(person, Standing(roles[0], team, active, tuple(roles[1:]))):
        raise ProblemError(409, "Then nobody could decide any more who works here.")
    return ColleagueOut.of(person)


def roles_named(request: ApiRequest, keys: list[str]) -> tuple[Role, ...]:
    """In their order; a problem (422) names those that there are not."""
    known = {one.key: one for one in Role.objects.visible_to(request.user)}
    faults = [Fault("There is no such role.", f"#/roles/{place}") for place, key in enumerate(keys) if key not in known]
    if faults:
        raise ProblemError(422, "There is no such role.", faults)
    return tuple(known[key] for key in dict.fromkeys(keys))


def team_named(request: ApiRequest, name: str) -> Team | None:
    if not name:
        return None
    found = Team.objects.visible_to(request.user).filter(name=name).first()
    if found is None:
        raise ProblemError(422, "There is no such team.", [Fault("There is no such team.", "#/team")])
    return found
