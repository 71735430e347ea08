"""Change what somebody may do, or whether they may come in at all; somebody who rules always remains."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from rapport.people.models import Team, User
from rapport.people.role import Role
from rapport.people.sessions import sign_out
from rapport.people.shape_role import RULES, hold_still
from rapport.people.tell_rows import tell_rows


class Refusal(StrEnum):
    LAST_ADMINISTRATOR = "last administrator"


@dataclass(frozen=True)
class Standing:
    """What an administrator decides about a user: ``role`` is the main one, ``further`` what they hold besides."""

    role: Role
    team: Team | None
    is_active: bool
    further: tuple[Role, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        return (self.role, *self.further)


def standing_of(user: User, *, is_active: bool) -> Standing:
    """As it is, but let in or kept out."""
    main, *further = user.roles
    return Standing(main, user.team, is_active, tuple(further))


def may_give(user: User, roles: Iterable[Role]) -> bool:
    """Whether ``user`` may decide about somebody with these roles: nobody gives, or takes, more than they have."""
    given = list(roles)
    permissions = frozenset[str]().union(*(role.permissions for role in given))
    return all(user.allows(one) for one in permissions) and (user.sees_all or not any(one.sees_all for one in given))


@transaction.atomic
def change_user(user: User, standing: Standing) -> Refusal | None:
    """Give ``user`` this standing; a refusal when nobody would be left to rule."""
    hold_still()
    stays = standing.is_active and any(role.includes(RULES) for role in standing.roles)
    if not stays and not User.objects.who_may(RULES).exclude(pk=user.pk).exists():
        return Refusal.LAST_ADMINISTRATOR
    before = user.sees_no_team
    user.role, user.team, user.is_active = standing.role, standing.team, standing.is_active
    user.save(update_fields=["role", "team", "is_active"])
    user.hold_besides(standing.further)
    if user.sees_no_team != before:
        tell_rows([user.pk])
    if not standing.is_active:
        # Whoever is let in again must not find old keys in the hands of whoever had them.
        user.tokens.all().delete()
        sign_out(user)
    return None
