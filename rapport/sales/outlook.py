"""What whoever sells expects of a deal: commit, best case or pipeline; what its stage says until somebody does."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.sales.deal import Deal

# From which probability of its stage on a deal counts as what, as long as nobody says otherwise.
COMMIT_FROM, BEST_FROM = 75, 50


class Category(models.TextChoices):
    COMMIT = "commit", _("Commit")
    BEST = "best", _("Best case")
    PIPELINE = "pipeline", _("Pipeline")
    OMITTED = "omitted", _("Not in the forecast")


COUNTED = (Category.COMMIT, Category.BEST, Category.PIPELINE)


class OutlookQuerySet(models.QuerySet["Outlook"]):
    def visible_to(self, user: User) -> "OutlookQuerySet":
        return self.filter(deal__in=Deal.objects.visible_to(user))


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Outlook(models.Model):
    """That somebody put a deal into a category, whatever its stage says."""

    deal = models.OneToOneField(Deal, models.CASCADE, related_name="outlook")
    category = models.CharField(_("category of the forecast"), max_length=8, choices=Category.choices)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OutlookQuerySet.as_manager()

    class Meta:
        verbose_name = _("outlook of a deal")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(category__in=Category.values), name="each_outlook_a_category")
        ]

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.category}"


def by_stage(probability: int) -> Category:
    if probability >= COMMIT_FROM:
        return Category.COMMIT
    return Category.BEST if probability >= BEST_FROM else Category.PIPELINE


def category(of: str = "") -> Any:
    """The category of a deal, as an expression: what was said of it, else what its stage says; ``of`` leads to the deal."""
    stages = Case(
        When(**{f"{of}stage__probability__gte": COMMIT_FROM}, then=Value(Category.COMMIT.value)),
        When(**{f"{of}stage__probability__gte": BEST_FROM}, then=Value(Category.BEST.value)),
        default=Value(Category.PIPELINE.value),
    )
    return Coalesce(f"{of}outlook__category", stages, output_field=models.CharField())
