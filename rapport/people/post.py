"""Governance posts: who answers for what, from when to when, and who stands in."""

from datetime import date
from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.house import HouseQuerySet


class Post(models.Model):
    """Something that one person answers for. The standing ones are always there, filled or vacant."""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor", _("Executive sponsor")
        CUSTOMERS = "customers", _("Customer executive")
        VOICE = "voice", _("Owner of the voice of the customer")
        PRIVACY = "privacy", _("Data protection officer")
        PROCESS = "process", _("Process owner")
        OTHER = "other", _("Other post")

    STANDING: ClassVar = (Kind.SPONSOR, Kind.CUSTOMERS, Kind.VOICE, Kind.PRIVACY)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.CharField(_("of what"), max_length=200, blank=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        constraints: ClassVar = [models.UniqueConstraint("kind", "about", name="each_post_is_there_once")]

    def __str__(self) -> str:
        kind = str(self.get_kind_display())
        if not self.about:
            return kind
        return self.about if self.kind == self.Kind.OTHER else f"{kind}: {self.about}"

    @property
    def is_standing(self) -> bool:
        return self.kind in self.STANDING


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Term(models.Model):
    """Somebody holds a post on every day from ``since`` to ``until``, both included; without ``until``, until further notice."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="terms")
    holder = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="terms", verbose_name=_("held by"))
    deputy = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("term")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_term_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.since}-{self.until or ''}"

    def runs_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)
