"""The register of processing: what we do with data of persons, for what, and how it is guarded (Article 30 of the GDPR)."""

from datetime import date
from typing import Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Basis
from rapport.people.models import User
from rapport.people.unit import Unit


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002
        """Everybody who works here may know what is done with data."""
        return self

    def running(self) -> Self:
        return self.filter(ended_on=None)

    def by_name(self) -> Self:
        return self.select_related("unit", "owner").order_by("ended_on", "name", "pk")


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Activity(models.Model):
    """One processing activity. It is ended, not deleted: the register says what was done when."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    purpose = models.TextField(_("what for"), max_length=2_000)
    basis = models.CharField(_("lawful basis"), max_length=12, choices=Basis.choices)
    persons = models.CharField(
        _("whose data"), max_length=400, help_text=_("Categories of persons: customers, people who ask, colleagues.")
    )
    data = models.CharField(
        _("which data"), max_length=1_000, help_text=_("Categories of data: names, addresses, orders.")
    )
    tables = ArrayField(
        models.CharField(max_length=63), default=list, blank=True, verbose_name=_("in the data dictionary")
    )
    recipients = models.CharField(
        _("who receives it"), max_length=1_000, blank=True, help_text=_("Processors and others. Empty: nobody.")
    )
    transfers = models.CharField(
        _("to other countries"),
        max_length=1_000,
        blank=True,
        help_text=_("Which countries outside the EU, with which guarantees. Empty: none."),
    )
    keeps = models.CharField(_("how long"), max_length=400)
    security = models.TextField(_("how it is guarded"), max_length=2_000)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible unit")
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible person")
    )
    review_on = models.DateField(_("next review"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True, help_text=_("Empty: it goes on."))

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("processing activity")

    def __str__(self) -> str:
        return self.name

    def is_overdue(self, today: date) -> bool:
        """Whether its review was due; what never had a date is, too."""
        return self.ended_on is None and (self.review_on is None or self.review_on < today)
