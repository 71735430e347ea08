"""Competitors: who they are, what we answer, and in which deals they stood against us."""

from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import Product
from rapport.people.house import HouseQuerySet
from rapport.people.models import User
from rapport.sales.deal import Deal


class CompetitorQuerySet(HouseQuerySet["Competitor"]):
    def current(self) -> Self:
        return self.filter(retired_at=None).order_by(Upper("name"), "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Competitor(models.Model):
    """Somebody else who sells what we sell. Retired, never deleted: deals that were lost to them say so for ever."""

    name = models.CharField(_("name"), max_length=100)
    aliases = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        verbose_name=_("also called"),
        help_text=_("Other names by which people speak of them, parted by commas."),
    )
    website = models.URLField(_("website"), max_length=400, blank=True)
    strengths = models.TextField(_("strengths"), max_length=4000, blank=True)
    weaknesses = models.TextField(_("weaknesses"), max_length=4000, blank=True)
    answer = models.TextField(
        _("our answer"), max_length=4000, blank=True, help_text=_("What we say when a customer names them.")
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        constraints: ClassVar = [
            models.UniqueConstraint(Upper("name"), condition=Q(retired_at=None), name="each_competitor_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> list[str]:
        """All names by which people speak of them."""
        return [self.name, *self.aliases]


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Positioning(models.Model):
    """What we say against a competitor about one of our products."""

    competitor = models.ForeignKey(Competitor, models.CASCADE, related_name="positionings", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    words = models.TextField(_("what we say"), max_length=4000)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("positioning")
        verbose_name_plural = _("positionings")
        constraints: ClassVar = [
            models.UniqueConstraint("competitor", "product", name="each_positioning_once_a_product")
        ]

    def __str__(self) -> str:
        return f"{self.competitor_id}: {self.product_id}"


class RivalQuerySet(models.QuerySet["Rival"]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees their deals."""
        return self.filter(deal__in=Deal.objects.visible_to(user))


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Rival(models.Model):
    """That a competitor stands against us in a deal; ``beat_us``: the deal was lost to them."""

    class Role(models.TextChoices):
        RIVAL = "rival", _("offers as well")
        INCUMBENT = "incumbent", _("is there already")

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="rivals", db_index=False)
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="rivals", verbose_name=_("competitor"))
    role = models.CharField(_("part"), max_length=10, choices=Role.choices, default=Role.RIVAL)
    beat_us = models.BooleanField(_("the deal was lost to them"), default=False)

    objects = RivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("competitor of a deal")
        verbose_name_plural = _("competitors of deals")
        constraints: ClassVar = [
            models.UniqueConstraint("deal", "competitor", name="each_rival_once_a_deal"),
            models.UniqueConstraint("deal", condition=Q(beat_us=True), name="each_deal_lost_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.competitor_id} in {self.deal_id}"
