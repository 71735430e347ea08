"""Who works here, for which legal entity and brand, and whose records are whose."""

import hashlib
import secrets
from collections.abc import Iterable
from copy import copy
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from rapport.people.duty import Duty, ServiceDomain  # noqa: F401 nouns of this room
from rapport.people.house import HouseQuerySet
from rapport.people.post import Post, Term  # noqa: F401 nouns of this room
from rapport.people.role import OF_NO_TEAM, Role, Rows
from rapport.people.roles import BuiltIn
from rapport.people.territory import Placing, Territory, TerritoryMember  # noqa: F401 nouns of this room
from rapport.people.unit import Position, Unit, teams_below


class LegalEntity(models.Model):
    """A company of ours; its country decides how a phone number without a prefix is read."""

    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2, default="GB", help_text=_("Two letters, as in ISO 3166."))

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A name under which a legal entity speaks to customers."""

    name = models.CharField(max_length=200, unique=True)
    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="brands")

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")

    def __str__(self) -> str:
        return self.name


class OwnAddress(models.Model):
    """An e-mail address of ours, or a domain whose addresses all are; in lower case. Users' addresses are ours anyway."""

    value = models.CharField(_("address or domain"), max_length=260, unique=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("own address")
        verbose_name_plural = _("own addresses")

    def __str__(self) -> str:
        return self.value


class Team(models.Model):
    """People who look after the same customers."""

    name = models.CharField(max_length=200, unique=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("unit")
    )

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")

    def __str__(self) -> str:
        return self.name

    @cached_property
    def scope(self) -> "Scope":
        """Of what is the whole team's."""
        return self.scopes.get(person=None, territory=None)


class ScopeQuerySet(models.QuerySet["Scope"]):
    def of(self, user: "User") -> Self:
        """The scopes whose records this user may see."""
        if user.sees_all:
            return self
        theirs = models.Q(team__in=user.teams_seen) | models.Q(territory__in=user.territories_seen)
        return self.filter(models.Q(team=None, territory=None) | theirs | models.Q(person=user))

    def shared(self, user: "User") -> Self:
        """Those of whole teams whose common things, such as templates, this user uses."""
        whole = self.filter(person=None, territory=None)
        if user.sees_all:
            return whole
        return whole.filter(models.Q(team=None) | models.Q(team__in=user.teams_joined))


class Scope(models.Model):
    """Whose a record is: one team's, a territory's, one person's, or of several of these at once; of none: everyone's.

    A person stands here for what somebody owns who sees no team's customers: the team sees it all the same.
    """

    EVERYONE = 1
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="scopes", db_index=False)
    person = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, related_name="scopes")

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scope")
        constraints: ClassVar = [
            models.UniqueConstraint("team", "person", "territory", name="each_scope_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(person=None) | models.Q(team__isnull=False) | models.Q(territory__isnull=False),
                name="a_person_s_scope_is_in_a_team_or_territory",
            ),
        ]

    def __str__(self) -> str:
        return ": ".join(str(one) for one in (self.team, self.territory, self.person) if one) or str(_("Everyone"))


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def visible_to(self, user: "User") -> models.QuerySet["User"]:  # noqa: ARG002
        """Everybody who works here: colleagues know each other."""
        return self.all()

    def who_may(self, permission: str) -> models.QuerySet["User"]:
        """Those whose role includes ``permission``, as far as they may come in."""
        held = Role.objects.all().keys_with(permission)
        further = Holding.objects.filter(user=models.OuterRef("pk"), role__in=held)
        return self.filter(models.Q(role__in=held) | models.Exists(further), is_active=True)

    def create_user(
        self, email: str, password: str | None = None, *, role: str = BuiltIn.READER, **fields: Any
    ) -> "User":
        """Somebody new, whose main role has the key ``role``."""
        user = self.model(email=email.strip().lower(), role_id=role, **fields)
        user.set_password(password)
        user.save()
        return user


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
    exclude=["password", "last_login"],
)
class User(AbstractBaseUser):
    """Somebody who signs in, by e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    # The first of their roles: the customer page is laid out for it. `Holding` tells of further ones.
    role = models.ForeignKey(
        Role,
        on_delete=models.PROTECT,
        to_field="key",
        db_column="role",
        default=BuiltIn.READER,
        related_name="users",
        verbose_name=_("role"),
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="users")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.name or self.email

    def allows(self, permission: str) -> bool:
        """Whether one of this user's roles includes ``permission`` (``room.action_thing``)."""
        return self.is_active and any(role.includes(permission) for role in self.roles)

    def has_perm(self, permission: str) -> bool:
        """As templates ask it: ``perms.room.action_thing``."""
        return self.allows(permission)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The main role and then the further ones; asked once per user object and main role."""
        known: dict[str | None, tuple[Role, ...]] = self.__dict__.setdefault("roles_known", {})
        if self.role_id not in known:
            further = Holding.objects.filter(user=self.pk).values("role")
            held = Role.objects.filter(models.Q(key=self.role_id) | models.Q(key__in=further)).in_order()
            known[self.role_id] = tuple(sorted(held, key=lambda role: role.key != self.role_id))
        return known[self.role_id]

    def hold_besides(self, further: Iterable[Role]) -> None:
        """From now on these roles besides the main one and no others; written at once."""
        wanted = {one.key for one in further} - {self.role_id}
        self.holdings.exclude(role__in=wanted).delete()
        Holding.objects.bulk_create([Holding(user=self, role_id=key) for key in wanted], ignore_conflicts=True)
        self.__dict__.pop("roles_known", None)

    def in_role(self, role: Role, team: "Team | None") -> "User":
        """Somebody like this user who has nothing but ``role``, in ``team``: to see what they would see."""
        reader = copy(self)
        reader.role, reader.team = role, team
        reader.__dict__["roles_known"] = {role.key: (role,)}
        return reader

    @property
    def sees_all(self) -> bool:
        """Whether the records of every team are seen."""
        return any(role.sees_all for role in self.roles)

    @property
    def teams_seen(self) -> list[int]:
        """The teams whose records are seen, where not all are: the own one, and those of the own unit."""
        if self.sees_no_team:
            return []
        if not any(role.rows == Rows.UNIT for role in self.roles):
            return [self.team_id] if self.team_id else []
        known: dict[object, list[int]] = self.__dict__.setdefault("teams_known", {})
        if self.standing not in known:
            own = {self.team_id} if self.team_id else set()
            known[self.standing] = sorted(own.union(teams_below([self.pk])[self.pk]))
        return known[self.standing]

    @property
    def teams_joined(self) -> list[int]:
        """The teams whose views and templates are at hand: the own one, whoever's customers are seen, and those seen."""
        return sorted({*self.teams_seen, *([self.team_id] if self.team_id else [])})

    @property
    def territories_seen(self) -> list[int]:
        """The territories whose customers are seen: those one is a member of, with a role that sees by territory."""
        if not self.sees_by_territory:
            return []
        known: dict[object, list[int]] = self.__dict__.setdefault("territories_known", {})
        if self.standing not in known:
            seats = TerritoryMember.objects.filter(user=self.pk).order_by("territory")
            known[self.standing] = list(seats.values_list("territory", flat=True))
        return known[self.standing]

    @property
    def sees_by_territory(self) -> bool:
        return any(role.rows == Rows.TERRITORY for role in self.roles)

    @property
    def sees_no_team(self) -> bool:
        """Whether no team's customers are seen as a whole: only those that one owns, or that lie in one's territories."""
        return all(role.rows in OF_NO_TEAM for role in self.roles)

    @staticmethod
    def who_see_no_team() -> models.Q:
        """The users of whom ``sees_no_team`` is true."""
        wider = Holding.objects.filter(user=models.OuterRef("pk")).exclude(role__rows__in=OF_NO_TEAM)
        return models.Q(role__rows__in=OF_NO_TEAM) & ~models.Q(models.Exists(wider))

    @staticmethod
    def who_see_territory(territories: "models.QuerySet[Scope, Any]") -> models.Q:
        """The users who see the records of these territories as their members."""
        further = Holding.objects.filter(user=models.OuterRef("pk"), role__rows=Rows.TERRITORY)
        seat = TerritoryMember.objects.filter(user=models.OuterRef("pk"), territory__in=territories)
        by_territory = models.Q(role__rows=Rows.TERRITORY) | models.Q(models.Exists(further))
        return models.Q(models.Exists(seat)) & by_territory

    @staticmethod
    def who_see_all() -> models.Q:
        """The users of whom ``sees_all`` is true."""
        further = Holding.objects.filter(user=models.OuterRef("pk"), role__rows=Rows.ALL)
        return models.Q(role__rows=Rows.ALL) | models.Q(models.Exists(further))

    @staticmethod
    def who_see_by_unit(unit_ids: Iterable[int]) -> models.Q:
        """The users who see the records of the teams in these units because their own unit is one of them."""
        further = Holding.objects.filter(user=models.OuterRef("pk"), role__rows=Rows.UNIT)
        held = Position.objects.filter(holder=models.OuterRef("pk"), unit__in=unit_ids)
        theirs = models.Q(team__unit__in=unit_ids) | models.Q(models.Exists(held))
        return theirs & (models.Q(role__rows=Rows.UNIT) | models.Q(models.Exists(further)))

    @staticmethod
    def who_have(role: Role) -> models.Q:
        """The users who have ``role``, as their main one or besides."""
        further = Holding.objects.filter(user=models.OuterRef("pk"), role=role)
        return models.Q(role=role) | models.Q(models.Exists(further))

    @property
    def oversees(self) -> list[int]:
        """The teams whose people's work is seen besides one's own: what they changed, took in and set up."""
        return self.teams_seen if self.allows("people.oversee_team") else []

    @property
    def standing(self) -> tuple[tuple[str, ...], int | None]:
        """What decides which records are seen; what was asked of the database for one standing holds for it only."""
        return tuple(role.key for role in self.roles), self.team_id

    def get_full_name(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Holding(models.Model):
    """That somebody has a role besides their main one: they may do and see what any of their roles lets them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings", db_index=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, to_field="key", db_column="role", related_name="holdings")

    class Meta:
        verbose_name = _("further role")
        constraints: ClassVar = [models.UniqueConstraint("user", "role", name="each_role_is_held_once")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role_id}, too"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> Self:
        """One's own; an administrator sees everybody's."""
        return self if user.allows("people.change_user") else self.filter(user=user)

    def usable(self, token: str, *, at: datetime) -> Self:
        """The token that was given out as ``token``, if it still opens anything."""
        return (
            self.filter(digest=digest(token), user__is_active=True)
            .filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at))
            .select_related("user")
        )


class ApiToken(models.Model):
    """A key to the API that acts as its user, within its scopes; only a digest of it is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    permissions = ArrayField(
        models.CharField(max_length=100), help_text=_("Empty: all that the role may do."), default=list
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, name: str, permissions: list[str], valid_for: timedelta | None = None) -> str:
        """Make a token and return it; it can't be read again."""
        token = f"rapport_{secrets.token_urlsafe(32)}"
        now = timezone.now()
        cls.objects.create(
            user=user,
            name=name,
            digest=digest(token),
            permissions=permissions,
            expires_at=now + valid_for if valid_for else None,
        )
        return token

    def allows(self, permission: str) -> bool:
        """Whether the token's user, through this token, may do ``permission``."""
        return self.user.allows(permission) and (not self.permissions or permission in self.permissions)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
