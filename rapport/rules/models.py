"""Rules, the versions of what they say, when they were on and why not, what each run did and to whom."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer
from rapport.journal.models import Event
from rapport.people.access import scopes_of, work_of
from rapport.people.models import User

LONGEST_CONDITIONS = 4_000
MOST_AN_HOUR = 10_000


class RuleQuerySet(models.QuerySet["Rule"]):
    def visible_to(self, user: User) -> Self:
        """One's own; for a manager the team's; for an administrator everybody's."""
        if user.sees_all:
            return self
        return self.filter(work_of(user, "owner"))

    def in_order(self) -> Self:
        return self.select_related("owner", "version").order_by("position", "pk")


class Rule(models.Model):
    """When something becomes true, then one step. It acts with the eyes of its owner: on what they may see."""

    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(User, models.PROTECT, related_name="rules", verbose_name=_("owner"))
    version = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+", help_text="What it says now.")
    position = models.PositiveIntegerField(default=0, help_text="Of several that fit, the first acts first.")
    most_an_hour = models.PositiveIntegerField(
        _("at most in an hour"), default=200, validators=[MinValueValidator(1), MaxValueValidator(MOST_AN_HOUR)]
    )
    on_since = models.DateTimeField(null=True, help_text="What became true before is not touched; none: it is off.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """What a rule says from a moment on; earlier ones are kept, since runs refer to them."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    when = models.CharField(max_length=40)
    asks = models.JSONField(default=dict, help_text="What is asked of the event: channel, direction, words, …")
    conditions = models.CharField(max_length=LONGEST_CONDITIONS, blank=True, help_text="As a list of customers says.")
    then = models.CharField(max_length=40)
    said = models.JSONField(default=dict, help_text="What is said to the step.")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of a rule")
        constraints: ClassVar = [models.UniqueConstraint("rule", "number", name="each_version_of_a_rule_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} v{self.number}"


class Switch(models.Model):
    """That a rule was switched on or off, by whom and why. Rapport itself switches off what runs away."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="switches")
    on = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=400)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("switching of a rule")

    def __str__(self) -> str:
        return self.reason


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(rule__in=Rule.objects.visible_to(user))


class Run(models.Model):
    """What a rule did because of one event, or a part of a large one. The constraint makes it once."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    part = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0, help_text="They were so already.")
    refused = models.PositiveIntegerField(default=0)
    back = models.JSONField(default=dict, help_text="How it is taken back; the step knows the shape.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of a rule")
        constraints: ClassVar = [models.UniqueConstraint("rule", "event", "part", name="each_rule_once_an_event")]
        indexes: ClassVar = [models.Index(fields=["rule", "-at", "-id"], name="runs_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id} at {self.at}"


class ActQuerySet(models.QuerySet["Act"]):
    def visible_to(self, user: User) -> Self:
        """Whoever sees the customer may ask why something happened to it; nobody while it lies in the trash."""
        known = self.filter(customer__trashed_at=None)
        if user.sees_all:
            return known
        return known.filter(customer__scope__in=scopes_of(user))


class Act(models.Model):
    """What a run did to one customer, or why it did not."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        SAME = "same", _("was so already")
        REFUSED = "refused", _("not done")
        UNDONE = "undone", _("taken back")
        KEPT = "kept", _("not taken back")

    run = models.ForeignKey(Run, models.CASCADE, related_name="acts")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="+", db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    subject = models.BigIntegerField(help_text="Of what the event tells: the interaction, the order, the task, …")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act of a rule")
        constraints: ClassVar = [
            models.UniqueConstraint("rule", "event", "customer", name="each_rule_once_an_event_and_customer")
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "-at", "-id"], name="acts_on_a_customer")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.outcome} {self.customer_id}"
