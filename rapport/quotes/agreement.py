"""What customers are billed for again and again: from when until when, and whether it is renewed."""

from datetime import date, timedelta
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import Period, Product
from rapport.customers.models import Member
from rapport.people.access import nobodys_or_seen
from rapport.people.models import User
from rapport.quotes.quote import Quote
from rapport.sales.deal import Deal

# So long before its end somebody has to talk about how it goes on.
AHEAD = timedelta(days=60)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those of customers one may see; none of who is in the trash."""
        whose = Member.objects.filter(pk=models.OuterRef("member"))
        known = self.exclude(models.Exists(whose.in_trash()))
        if user.sees_all:
            return known
        return known.filter(Q(owner=user) | Q(nobodys_or_seen(whose, "pk", "scope_id", user)))

    def running(self, day: date) -> Self:
        return self.filter(begins__lte=day, ends__gt=day)

    def to_renew(self, day: date) -> Self:
        """Those that end soon, and nobody has opened a deal about it."""
        return self.running(day).filter(ends__lte=day + AHEAD, renewal=None)


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Agreement(models.Model):
    """A line of an accepted quote that is billed again and again. ``ends`` is the first day on which it no longer is."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="agreements", verbose_name=_("quote"))
    member = models.ForeignKey(Member, models.PROTECT, related_name="agreements")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product"))
    name = models.CharField(_("what"), max_length=300)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=4)
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    every = models.PositiveSmallIntegerField(_("billed"), choices=Period.choices)
    amount = models.DecimalField(_("amount each time"), max_digits=18, decimal_places=4)
    monthly = models.DecimalField(_("amount each month"), max_digits=18, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    begins = models.DateField(_("begins"))
    ends = models.DateField(_("ends"))
    renewal = models.ForeignKey(
        Deal, models.SET_NULL, null=True, related_name="+", help_text="The deal about how it goes on."
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("running agreement")
        verbose_name_plural = _("running agreements")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="no_agreement_ends_before_it_begins")
        ]
        indexes: ClassVar = [models.Index(fields=["ends", "id"], name="agreements_by_end")]

    def __str__(self) -> str:
        return self.name
