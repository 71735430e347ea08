"""Plans for key customers: the buying centre, what is aimed at, goals and risks."""

from decimal import Decimal
from typing import ClassVar, Self, TypeVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import Product
from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen
from rapport.people.models import User
from rapport.sales.deal import Deal

NOTHING = Decimal(0)
Row = TypeVar("Row", bound=models.Model)


class AccountPlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User) -> Self:
        """Those of customers one may see; none of who is in the trash."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        return known if user.sees_all else known.filter(nobodys_or_seen(whose, "pk", "scope_id", user))

    def open(self) -> Self:
        return self.filter(closed_at=None)


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Plan(models.Model):
    """What we want to become of a key customer and the group it stands in, from a day until another."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="plans", verbose_name=_("customer"))
    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, related_name="plans", verbose_name=_("owner"))
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    strategy = models.TextField(_("strategy"), max_length=20_000, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = AccountPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("account plan")
        verbose_name_plural = _("account plans")
        constraints: ClassVar = [
            models.UniqueConstraint("member", condition=Q(closed_at=None), name="one_open_plan_a_customer"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="no_plan_ends_before_it_begins"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ends", "id"], name="plans_by_end"),
            models.Index(fields=["-created_at", "-id"], name="plans_by_age"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanPartQuerySet(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees the plans they belong to."""
        return self.filter(plan__in=Plan.objects.visible_to(user))


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees the plan, and the person as well."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.filter(plan__in=Plan.objects.visible_to(user)).exclude(models.Exists(whose.in_trash()))
        return known if user.sees_all else known.filter(nobodys_or_seen(whose, "pk", "scope_id", user))


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Stakeholder(models.Model):
    """Somebody of the buying centre: what they do in it, how they stand to us, how much they count."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("decides")
        INFLUENCES = "influences", _("influences")
        USES = "uses", _("uses it")
        BUYS = "buys", _("buys")
        BLOCKS = "blocks", _("blocks")
        KEEPS_GATE = "gatekeeper", _("keeps the gate")
        CHAMPION = "champion", _("speaks for us")

    class Attitude(models.IntegerChoices):
        AGAINST = -2, _("against us")
        RATHER_AGAINST = -1, _("rather against us")
        OPEN = 0, _("undecided")
        RATHER_FOR = 1, _("rather for us")
        FOR = 2, _("for us")

    class Influence(models.IntegerChoices):
        LITTLE = 1, _("little")
        SOME = 2, _("some")
        MUCH = 3, _("much")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="stakeholders", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("person"))
    role = models.CharField(_("part"), max_length=10, choices=Role.choices)
    attitude = models.SmallIntegerField(_("stands"), choices=Attitude.choices, default=Attitude.OPEN)
    influence = models.PositiveSmallIntegerField(_("influence"), choices=Influence.choices, default=Influence.SOME)
    note = models.CharField(_("note"), max_length=1000, blank=True, help_text=_("What matters to them."))

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("person of a buying centre")
        verbose_name_plural = _("people of buying centres")
        constraints: ClassVar = [
            models.UniqueConstraint("plan", "member", name="each_stakeholder_once_a_plan"),
            models.CheckConstraint(condition=Q(attitude__gte=-2, attitude__lte=2), name="each_attitude_on_its_scale"),
            models.CheckConstraint(condition=Q(influence__gte=1, influence__lte=3), name="each_influence_on_its_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.role}"

    @property
    def stands(self) -> str:
        """How its attitude is shown: good, bad or nothing."""
        return "good" if self.attitude > 0 else "bad" if self.attitude < 0 else ""


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Aim(models.Model):
    """A product, or a family of products, that a company of the group shall buy: what it may bring, and the deal about it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="aims", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("unit"))
    family = models.CharField(_("family"), max_length=100, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    amount = models.DecimalField(
        _("estimate"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(NOTHING)],
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("what is aimed at")
        verbose_name_plural = _("what is aimed at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "member", "family", "product"], nulls_distinct=False, name="each_aim_once"
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="no_aim_below_nothing"),
            models.CheckConstraint(condition=Q(amount=None) | ~Q(currency=""), name="each_aim_in_a_currency"),
        ]

    def __str__(self) -> str:
        return self.product.name if self.product else self.family


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Goal(models.Model):
    """What shall be reached, in words or measured by what was ordered."""

    class Measure(models.TextChoices):
        WORDS = "", _("in words")
        REVENUE = "revenue", _("revenue from orders")
        ORDERS = "orders", _("number of orders")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        REACHED = "reached", _("reached")
        MISSED = "missed", _("missed")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    words = models.CharField(_("goal"), max_length=400)
    measure = models.CharField(_("measured by"), max_length=10, choices=Measure.choices, blank=True)
    target = models.DecimalField(
        _("target"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(NOTHING)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty: as long as the plan."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(measure="") | Q(target__isnull=False), name="each_measured_goal_has_a_target"
            ),
            models.CheckConstraint(
                condition=~Q(measure="revenue") | ~Q(currency=""), name="each_revenue_goal_in_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.words


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Risk(models.Model):
    """What may go wrong: how likely, how bad, who does what against it until when."""

    SCALE: ClassVar = [MinValueValidator(1), MaxValueValidator(5)]
    HIGH = 12

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="risks")
    words = models.CharField(_("risk"), max_length=400)
    likelihood = models.PositiveSmallIntegerField(_("likelihood (1–5)"), default=3, validators=SCALE)
    impact = models.PositiveSmallIntegerField(_("impact (1–5)"), default=3, validators=SCALE)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who sees to it"), db_index=False
    )
    measure = models.CharField(_("counter-measure"), max_length=1000, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(likelihood__gte=1, likelihood__lte=5, impact__gte=1, impact__lte=5),
                name="each_risk_on_its_scale",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def weight(self) -> int:
        return self.likelihood * self.impact

    @property
    def shade(self) -> str:
        return "bad" if self.weight >= self.HIGH else "warn" if self.weight >= self.HIGH // 2 else ""
