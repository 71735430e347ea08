"""What was learned from how deals ended: plain numbers, from which a score is told without any library."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet


class LessonQuerySet(HouseQuerySet["Lesson"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")


class Lesson(models.Model):
    """One night's learning; the newest counts, the others show how it went."""

    at = models.DateTimeField(_("learned"))
    number = models.PositiveIntegerField(help_text="From how many deals that ended.")
    won = models.PositiveIntegerField(help_text="How many of them were won.")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    auc = models.FloatField(null=True, help_text="How well it told wins from losses that it had not seen.")
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    baseline = models.FloatField(null=True, help_text="The same by the stage alone.")
    calibration = models.JSONField(default=list, help_text="[said, came true, of how many] in fifths.")
    usable = models.BooleanField(default=False)
    start = models.FloatField(default=0)
    weights = models.JSONField(default=dict, help_text="What each trait adds to the log-odds.")
    usual = models.JSONField(default=dict, help_text="What a trait adds on average.")
    common = models.JSONField(default=dict, help_text="The values of each trait that are not rare.")

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson about deals")
        verbose_name_plural = _("lessons about deals")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.won} / {self.number}"
