"""The contact policy: versions of a table of rules, each with examples that it is tested on, in force once a second person approved it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.consent.marks import MARKS
from rapport.consent.purpose import Purpose
from rapport.consent.ways import CHANNELS
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(models.TextChoices):
    """What a rule looks at."""

    FREQUENCY = "frequency", _("How often")
    QUIET = "quiet", _("Quiet hours")
    CONDITION = "condition", _("A condition of theirs")


class Concerns(models.TextChoices):
    """Which messages a rule is about."""

    ADVERTISING = "advertising", _("Advertising")
    AUTOMATIC = "automatic", _("All but letters from person to person")
    EVERYTHING = "everything", _("Everything")


class Outcome(models.TextChoices):
    SEND = "send", _("Leaves")
    WAIT = "wait", _("Waits")
    REFUSE = "refuse", _("Does not leave")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002
        """Everybody who works here may know the policy."""
        return self

    def approved(self) -> Self:
        """Those that were ever in force; the first one is."""
        return self.exclude(approved_at=None).order_by("-approved_at", "-pk")

    def waiting_for(self, user: User) -> "Policy | None":
        """What somebody else wrote and ``user`` could approve."""
        if not user.allows("consent.change_policy"):
            return None
        return self.filter(approved_at=None).exclude(by=user).exclude(note="").select_related("by").first()

    def in_force(self) -> "Policy | None":
        """The version that was approved last."""
        return self.approved().first()


class Policy(models.Model):
    """A version of the table. What was approved never changes; whoever wants it otherwise writes the next one."""

    number = models.PositiveIntegerField(unique=True)
    note = models.CharField(_("what is new"), max_length=400, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by"))
    approved_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact policy")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("by")), name="nobody_approves_their_own_policy"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def stamp(self) -> str:
        """Changes with whatever the version says."""
        return self.at.isoformat()


class PolicyRule(models.Model):
    """One line of the table. Which columns count depends on its kind."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="rules", db_index=False)
    position = models.PositiveIntegerField()
    kind = models.CharField(_("looks at"), max_length=10, choices=Kind.choices)
    concerns = models.CharField(_("concerns"), max_length=12, choices=Concerns.choices, default=Concerns.ADVERTISING)
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS, blank=True)
    most = models.PositiveIntegerField(_("at most"), default=0)
    days = models.PositiveIntegerField(_("in days"), default=0)
    begin = models.TimeField(_("from"), null=True, blank=True)
    end = models.TimeField(_("until"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("rule of the contact policy")
        constraints: ClassVar = [models.UniqueConstraint("policy", "position", name="each_place_of_a_policy_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"

    @property
    def condition_words(self) -> "StrOrPromise":
        return MARKS.get(self.condition, self.condition)


class PolicyExample(models.Model):
    """A case that a version of the policy is tested on, and what has to come out."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="examples", db_index=False)
    position = models.PositiveIntegerField()
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"))
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS, default="email")
    clock = models.TimeField(_("on their clock"))
    days_ago = models.CharField(_("messages so many days ago"), max_length=100, blank=True)
    conditions = models.CharField(_("conditions"), max_length=200, blank=True)
    expected = models.CharField(_("what has to happen"), max_length=8, choices=Outcome.choices)

    class Meta:
        verbose_name = _("example of the contact policy")
        constraints: ClassVar = [models.UniqueConstraint("policy", "position", name="each_place_of_an_example_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.expected}"

    @property
    def condition_names(self) -> list[str]:
        return [one.strip() for one in self.conditions.split(",") if one.strip()]

    @property
    def condition_words(self) -> str:
        return ", ".join(str(MARKS.get(one, one)) for one in self.condition_names)
