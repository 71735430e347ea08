"""Territories: customers who belong together by where they are or by a field, and the people who look after them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.lib.names import fold_key
from rapport.lib.nations import country_code
from rapport.people.house import HouseQuerySet

Values = Mapping[str, Any]
REMEMBERED = 20_000


class TerritoryQuerySet(HouseQuerySet["Territory"]):
    def current(self) -> Self:
        """Those that hold, in the order in which they are asked."""
        return self.filter(ended_at=None).order_by("place", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Territory(models.Model):
    """A rule over customers. Of several that fit the first one counts, so that each customer lies in one or in none."""

    name = models.CharField(_("name"), max_length=200)
    place = models.PositiveSmallIntegerField(_("asked as number"), default=1)
    countries = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("countries"))
    postcodes = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("postcodes that begin with")
    )
    cities = ArrayField(models.CharField(max_length=200), default=list, blank=True, verbose_name=_("cities"))
    field = models.CharField(_("field of your own"), max_length=38, blank=True)
    choices = ArrayField(models.CharField(max_length=200), default=list, blank=True, verbose_name=_("its values"))
    members = models.ManyToManyField(
        "people.User", through="people.TerritoryMember", related_name="territories", verbose_name=_("members")
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints: ClassVar = [
            models.UniqueConstraint("name", condition=models.Q(ended_at=None), name="each_territory_once")
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class TerritoryMember(models.Model):
    """That somebody looks after a territory; with a role that sees by territory they see its customers."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="seats", db_index=False)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="seats")

    class Meta:
        verbose_name = _("member of a territory")
        constraints: ClassVar = [models.UniqueConstraint("territory", "user", name="each_member_once_a_territory")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.territory_id}"


class Placing(models.Model):
    """One walk through all customers after the rules of territories changed: how far it has come, by their ids."""

    by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reached = models.BigIntegerField(default=0)
    last = models.BigIntegerField(help_text="The last customer there was when it began.")
    moved = models.BigIntegerField(default=0, help_text="So many came into another territory.")
    ended_at = models.DateTimeField(null=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("walk through all customers")

    def __str__(self) -> str:
        return f"{self.reached} / {self.last}"

    @property
    def share(self) -> int:
        """How much of it is done, in percent."""
        return 100 if self.ended_at or not self.last else min(99, 100 * self.reached // self.last)


class Atlas:
    """All territories as they are now: which one a customer lies in; told once for all who live in the same place."""

    def __init__(self, territories: Sequence[Territory]) -> None:
        self.rules = [Rule(one) for one in territories]
        self.fields = sorted({one.field for one in territories if one.field})
        self.known: dict[tuple[str, ...], int | None] = {}

    @classmethod
    def now(cls) -> "Atlas":
        return cls(list(Territory.objects.current()))

    def of(self, values: Values, own: Values) -> int | None:
        """The territory for these golden values and those of the organisation's own fields."""
        if not self.rules:
            return None
        names = (str(values.get("country") or ""), str(values.get("postcode") or ""), str(values.get("city") or ""))
        key = (*names, *(repr(own.get(name)) for name in self.fields))
        if key not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            where = Where(as_country(names[0]), as_postcode(names[1]), fold_key(names[2]))
            self.known[key] = next((one.pk for one in self.rules if one.fits(where, own)), None)
        return self.known[key]


class Where(NamedTuple):
    """A place, read once and not anew for each rule."""

    country: str
    postcode: str
    city: str


class Rule:
    """The rule of one territory, ready to be asked. Of the values of one line any, of the lines all; no line fits nobody."""

    def __init__(self, territory: Territory) -> None:
        self.pk = territory.pk
        self.countries = frozenset(map(as_country, territory.countries))
        self.postcodes = tuple(map(as_postcode, territory.postcodes))
        self.cities = frozenset(map(fold_key, territory.cities))
        self.field, self.choices = territory.field, frozenset(map(fold_key, territory.choices))

        self.says = bool(self.countries or self.postcodes or self.cities or (self.field and self.choices))

    def fits(self, where: Where, own: Values) -> bool:
        return (
            self.says
            and (not self.countries or where.country in self.countries)
            and (not self.postcodes or where.postcode.startswith(self.postcodes))
            and (not self.cities or where.city in self.cities)
            and (not self.field or not self.choices.isdisjoint(map(fold_key, as_texts(own.get(self.field)))))
        )


def as_country(text: str) -> str:
    """However it is written; what is no country we know stands for itself."""
    return country_code(text) or text.strip().upper()


def as_postcode(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def as_texts(value: object) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return [str(one) for one in many if one is not None]
