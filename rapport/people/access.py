"""Who may see and do what: the one rule that every page, endpoint and live message passes."""

from collections import defaultdict
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.aggregates import BoolOr
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from rapport.people.models import Holding, Scope, User
from rapport.people.role import Role, Rows
from rapport.people.roles import PERMISSIONS
from rapport.people.territory import TerritoryMember
from rapport.people.unit import teams_below, units_above

P = ParamSpec("P")
Record = TypeVar("Record", bound=models.Model)
OPEN = "open to all"


class SignedInRequest(HttpRequest):
    """A request whose user is known."""

    user: User
    htmx: HtmxDetails


def needs(
    permission: str,
) -> Callable[
    [Callable[Concatenate[SignedInRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Let only signed-in users with ``permission`` in; the others sign in or are refused (403)."""
    if permission not in PERMISSIONS:
        message = f"{permission} is in no role: add it to rapport/people/roles.py"
        raise LookupError(message)

    def declare(
        view: Callable[Concatenate[SignedInRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not request.user.allows(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        guarded.needs = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in and back; a page that only wanted a piece of itself goes there as a whole."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    place = redirect_to_login(f"{here.path}?{here.query}" if here.query else here.path or "/")
    return HttpResponseClientRedirect(place.url)


def open_to_all(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Declare that a view is for everyone, signed in or not."""
    view.needs = OPEN  # type: ignore[attr-defined]
    return view


def scopes_of(user: User) -> list[int]:
    """The ids of the scopes whose records ``user`` may see, in order; asked once per user object, team and role."""
    known: dict[object, list[int]] = user.__dict__.setdefault("scopes_known", {})
    if user.standing not in known:
        known[user.standing] = list(Scope.objects.of(user).order_by("pk").values_list("pk", flat=True))
    return known[user.standing]


def nobodys_or_seen(rows: models.QuerySet[Any], key: str, scope: str, user: User) -> Coalesce:
    """Whether ``user`` may see the customer of any of ``rows``, or there are none; they are tied to an outer row by ``key``.

    One question to each outer row. Asked as two, of which either will do, or as a join, PostgreSQL first collects all
    that the reader may see, however few rows are wanted, or has several processes walk further than needed.
    """
    theirs = models.Q(**{f"{scope}__in": scopes_of(user)})
    seen = rows.order_by().values(key).annotate(seen=BoolOr(theirs, default=False)).values("seen")
    return Coalesce(models.Subquery(seen), models.Value(value=True), output_field=models.BooleanField())


def readers_of(scope_id: int | None) -> models.QuerySet[User]:
    """The colleagues who may see records of this scope: the same rule, asked from the other side."""
    this = Scope.objects.filter(pk=scope_id or 0)
    everyones, team, owner = (
        this.filter(team=None, territory=None),
        this.values("team"),
        this.exclude(person=None).values("person"),
    )
    theirs = models.Q(team__in=team) & ~User.who_see_no_team() | models.Q(pk__in=owner)
    theirs |= User.who_see_territory(this.exclude(territory=None).values("territory"))
    theirs |= User.who_see_all() | models.Q(models.Exists(everyones))
    units = units_above(scope_id) if scope_id else []
    if units:
        theirs |= User.who_see_by_unit(units)
    return User.objects.filter(theirs, is_active=True)


def sees(user: User, scope: Scope) -> bool:
    """Whether ``user`` may see records of this scope; of many users ``get_to_know`` them first."""
    of_none = scope.team_id is None and scope.territory_id is None
    of_team = scope.team_id in user.teams_seen or scope.territory_id in user.territories_seen
    return user.is_active and (user.sees_all or of_none or of_team or scope.person_id == user.pk)


def get_to_know(users: Collection[User]) -> None:
    """Ask once what all of them may do and see, before ``sees`` and ``allows`` are asked of each."""
    roles = {role.key: role for role in Role.objects.all()}
    further: defaultdict[int, list[Role]] = defaultdict(list)
    for held in Holding.objects.filter(user__in=users).order_by("pk"):
        further[held.user_id].append(roles[held.role_id or ""])
    for user in users:
        main = roles[user.role_id or ""]
        user.__dict__["roles_known"] = {main.key: (main, *further[user.pk])}
    by_unit = {user.pk: user for user in users if any(role.rows == Rows.UNIT for role in user.roles)}
    for pk, teams in (teams_below(by_unit.keys()) if by_unit else {}).items():
        own = {by_unit[pk].team_id} - {None}
        by_unit[pk].__dict__["teams_known"] = {by_unit[pk].standing: sorted(own.union(teams))}
    get_to_know_territories([user for user in users if user.sees_by_territory])


def get_to_know_territories(users: Collection[User]) -> None:
    seats: defaultdict[int, list[int]] = defaultdict(list)
    if users:
        for user_id, territory_id in TerritoryMember.objects.filter(user__in=users).values_list("user", "territory"):
            seats[user_id].append(territory_id)
    for user in users:
        user.__dict__["territories_known"] = {user.standing: sorted(seats[user.pk])}


def team_work_of(user: User, field: str) -> models.Q:
    """What ``user`` and everybody in the teams they see did, as ``field`` of a record names them."""
    return models.Q(**{field: user}) | models.Q(**{f"{field}__team__in": user.teams_seen})


def work_of(user: User, field: str) -> models.Q:
    """What ``user`` did, as ``field`` of a record names them, and what those did whose work they oversee."""
    own = models.Q(**{field: user})
    return own | models.Q(**{f"{field}__team__in": user.oversees}) if user.oversees else own


class ScopedQuerySet(models.QuerySet[Record]):
    """Reads of records that carry a scope of their own."""

    def visible_to(self, user: User) -> Self:
        """Only the records that ``user`` may see; somebody else's are not found."""
        if user.sees_all:
            return self
        return self.filter(scope__in=scopes_of(user))
