"""Deals: what may become a sale, in which stage it is, what is next, and every step it made."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen, scopes_of
from rapport.people.models import User
from rapport.sales.pipeline import End, Pipeline, Reason, Stage


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those with customers one may see; none with who is in the trash."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        # Said as "of nobody, or of nobody in the trash", PostgreSQL looks into the trash once instead of merging all
        # members with all deals, however few are wanted.
        known = self.filter(Q(member=None) | ~models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        return known.filter(Q(owner=user) | Q(nobodys_or_seen(whose, "pk", "scope_id", user)))

    def all_visible_to(self, user: User) -> Self:
        """The same ones, asked by joins: for sums over all of them, where a question to each row takes longest."""
        if user.sees_all:
            return self.visible_to(user)
        known = self.filter(member__customer__trashed_at=None)
        seen = Q(member=None) | Q(member__scope_id__in=scopes_of(user))
        return known.filter(Q(owner=user) | seen)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def whole(self) -> Self:
        """With all that a page of one names."""
        return self.select_related("stage", "pipeline", "owner", "reason", "member", "created_by")


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Deal(models.Model):
    """Something that a customer may buy: one deal, one next step."""

    name = models.CharField(_("name"), max_length=200)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="deals", help_text="None: with whom is not known."
    )
    pipeline = models.ForeignKey(Pipeline, models.PROTECT, related_name="+", verbose_name=_("pipeline"))
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="deals", db_index=False, verbose_name=_("stage"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="deals", verbose_name=_("owner"))
    amount = models.DecimalField(
        _("amount"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    probability = models.PositiveSmallIntegerField(
        _("own probability (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    closes_on = models.DateField(_("expected to close"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=400, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    stage_since = models.DateTimeField(_("in this stage since"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason"), db_index=False
    )
    said = models.CharField(_("in their words"), max_length=1000, blank=True, help_text="Why it was won or lost.")
    source = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=400, blank=True)
    agent = models.CharField(
        _("agent"), max_length=200, blank=True, help_text="Whose it is by its source, when nobody here is called so."
    )
    told = models.JSONField(default=dict, blank=True, db_default={}, help_text="What its source said of it last.")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "source", "external_id", condition=~Q(external_id=""), name="each_deal_of_a_source_once"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="no_deal_below_nothing"),
            models.CheckConstraint(condition=Q(amount=None) | ~Q(currency=""), name="each_amount_in_a_currency"),
            models.CheckConstraint(
                condition=Q(probability=None) | Q(probability__lte=100), name="each_own_probability_a_share"
            ),
        ]
        indexes: ClassVar = [
            # What has no value lies last either way round, as lists read it.
            models.Index(F("closes_on").desc(nulls_last=True), F("id").desc(), name="deals_by_day_of_closing"),
            models.Index(F("amount").desc(nulls_last=True), F("id").desc(), name="deals_by_worth"),
            models.Index(F("next_step_on").desc(nulls_last=True), F("id").desc(), name="deals_by_next_step"),
            models.Index(
                F("next_step_on").desc(nulls_last=True),
                F("id").desc(),
                condition=Q(closed_at=None),
                name="open_deals_by_next_step",
            ),
            models.Index(F("closed_at").desc(nulls_last=True), F("id").desc(), name="deals_by_end"),
            models.Index(fields=["opened_at", "id"], name="deals_by_age"),
            models.Index(
                fields=["stage", "next_step_on", "id"], condition=Q(closed_at=None), name="open_deals_of_a_stage"
            ),
            models.Index(fields=["owner", "next_step_on"], condition=Q(closed_at=None), name="open_deals_of_a_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def chance(self) -> int:
        """Its probability in percent: its own, else that of its stage."""
        return self.stage.probability if self.probability is None else self.probability

    def lacks(self, stage: Stage) -> tuple[str, ...]:
        """The fields that it would have to have to be in ``stage``."""
        wanted = [*stage.needs]
        if stage.end == End.OPEN:
            wanted += ["next_step"]
        if stage.end == End.LOST:
            wanted += ["reason_id"]
        return tuple(name for name in dict.fromkeys(wanted) if getattr(self, name) in {None, ""})


def stalled(*, at: datetime, today: date) -> Q:
    """What makes an open deal a stalled one; `rapport.sales.stalls` says it in words."""
    limit = ExpressionWrapper(F("stage__days") * timedelta(days=1), output_field=models.DurationField())
    since = ExpressionWrapper(Value(at) - limit, output_field=models.DateTimeField())
    too_long = Q(stage__days__isnull=False, stage_since__lt=since)
    late = Q(next_step_on__lt=today) | Q(closes_on__lt=today)
    return Q(closed_at=None) & (Q(next_step="") | late | too_long)


class Move(models.Model):
    """That a deal came into a stage: from where, when, and who moved it."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="moves", db_index=False)
    from_stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="+", db_index=False)
    to_stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("move of a deal")
        indexes: ClassVar = [models.Index(fields=["deal", "-at", "-id"], name="moves_of_a_deal")]

    def __str__(self) -> str:
        return f"{self.deal_id} → {self.to_stage_id}"
