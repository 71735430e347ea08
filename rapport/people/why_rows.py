"""Say in words why somebody sees the records of a scope, or why not; the verdict is that of the rule itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.people.access import sees
from rapport.people.models import Scope, User
from rapport.people.unit import Position


@dataclass(frozen=True)
class Cause:
    """One link of the chain: whether it lets somebody see, and the words for it."""

    holds: bool
    words: str


def why_rows(user: User, scope: Scope) -> Cause:
    """Whether what is in this scope is among the rows of ``user``; being let in at all is asked elsewhere."""
    words = (way_in if sees_as_active(user, scope) else nothing)(user, scope)
    return Cause(sees_as_active(user, scope), words)


def sees_as_active(user: User, scope: Scope) -> bool:
    """The rule, as it is for somebody who may sign in."""
    if user.is_active:
        return sees(user, scope)
    known = User.objects.get(pk=user.pk)
    known.is_active = True
    return sees(known, scope)


def way_in(user: User, scope: Scope) -> str:
    team = scope.team
    if team is None and scope.territory is None:
        return _("It belongs to no team and lies in no territory: everybody sees such customers.")
    wide = next((role for role in user.roles if role.sees_all), None)
    if wide:
        return _("The role %(role)s sees everybody's customers.") % {"role": wide}
    if scope.person_id == user.pk:
        return _("They own it.")
    if scope.territory_id in user.territories_seen:
        return _("It lies in %(territory)s, a territory of theirs.") % {"territory": scope.territory}
    if team and team.pk == user.team_id:
        return _("It belongs to %(team)s, and that is their team.") % {"team": team}
    units = ", ".join(sorted({str(one.unit) for one in Position.objects.filter(holder=user).select_related("unit")}))
    known = {"team": team, "units": units or str(user.team.unit if user.team else "")}
    return _("It belongs to %(team)s, a team below their unit (%(units)s).") % known


def nothing(user: User, scope: Scope) -> str:
    known = {"team": scope.team, "own": user.team, "territory": scope.territory}
    if scope.territory and (scope.team is None or user.sees_by_territory):
        return not_in_territory(user, known)
    if user.sees_no_team:
        return _("It belongs to %(team)s, and their roles see only what they own.") % known
    if user.team is None:
        return _("It belongs to %(team)s, and they are in no team.") % known
    return _("It belongs to %(team)s; they are in %(own)s, and none of their roles sees further than that.") % known


def not_in_territory(user: User, known: Mapping[str, object]) -> str:
    """Of what lies in a territory that is not theirs."""
    if user.sees_by_territory:
        return _("It lies in %(territory)s, and that is none of their territories.") % known
    return _("It lies in %(territory)s and belongs to no team; none of their roles sees by territory.") % known
