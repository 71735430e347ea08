"""A quote in one of its versions, and its lines as they were offered."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.catalogue.product import SMALLEST, Period, Product
from rapport.consent.models import Message
from rapport.customers.models import Customer
from rapport.files.models import File
from rapport.people.models import Brand, User
from rapport.sales.deal import Deal
from rapport.sales.order import Order

NOTHING = Decimal(0)
SHARE = [MinValueValidator(NOTHING), MaxValueValidator(100)]


class State(models.TextChoices):
    """Where a version of a quote stands."""

    DRAFT = "draft", _("Draft")
    ASKED = "asked", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced by a newer version")


# As long as nothing has left the house.
OURS = (State.DRAFT, State.ASKED, State.APPROVED)


class QuoteQuerySet(models.QuerySet["Quote"]):
    def visible_to(self, user: User) -> Self:
        """As far as one sees their deals."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def whole(self) -> Self:
        """With all that a page of one names."""
        return self.select_related(
            "deal__member__customer", "deal__stage", "owner", "brand__legal_entity", "document", "message", "order"
        )


@pghistory.track(
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class Quote(models.Model):
    """One version of a quote. Once sent nothing of it is changed any more: what is to be otherwise is a new version."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="quotes", verbose_name=_("deal"))
    number = models.CharField(_("number"), max_length=30)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    owner = models.ForeignKey(User, models.PROTECT, related_name="quotes", verbose_name=_("owner"))
    brand = models.ForeignKey(
        Brand, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("brand")
    )
    currency = models.CharField(_("currency"), max_length=3)
    inclusive = models.BooleanField(_("prices hold the tax"), default=False)
    discount = models.DecimalField(
        _("discount on everything (%)"), max_digits=5, decimal_places=2, default=NOTHING, validators=SHARE
    )
    day = models.DateField(_("day"))
    valid_until = models.DateField(_("valid until"))
    note = models.TextField(_("words above"), max_length=4000, blank=True)
    terms = models.TextField(_("terms"), max_length=8000, blank=True)
    created_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    seen_at = models.DateTimeField(_("first looked at"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    document = models.ForeignKey(File, models.PROTECT, null=True, related_name="+", db_index=False)
    link_key = models.CharField(max_length=40, blank=True, help_text="Empty: its link does not open.")
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", db_index=False)
    order = models.OneToOneField(Order, models.SET_NULL, null=True, related_name="quote")
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=4, default=NOTHING)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints: ClassVar = [
            models.UniqueConstraint("number", "version", name="each_version_of_a_quote_once"),
            models.UniqueConstraint(
                "number",
                condition=Q(state__in=["draft", "asked", "approved", "sent", "accepted"]),
                name="one_version_of_a_quote_counts",
            ),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="each_quote_discount_a_share"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "asked", "approved", "withdrawn", "superseded"])
                | Q(sent_at__isnull=False),
                name="no_answer_to_a_quote_unsent",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at", "id"], name="quotes_by_age"),
            models.Index(fields=["state", "valid_until"], name="quotes_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.version}" if self.version > 1 else self.number

    @property
    def customer(self) -> Customer:
        """For whom it is; none is written for a deal that has no customer."""
        member = self.deal.member
        if member is None:
            message = "a quote is for somebody"
            raise AssertionError(message)
        return member.customer

    @property
    def is_ours(self) -> bool:
        return self.state in OURS

    def is_open_on(self, day: date) -> bool:
        """Whether the customer can still answer it."""
        return self.state == State.SENT and day <= self.valid_until


class QuoteLineQuerySet(models.QuerySet["QuoteLine"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(quote__in=Quote.objects.visible_to(user))

    def in_order(self) -> Self:
        return self.order_by("place", "pk").select_related("product")


class QuoteLine(models.Model):
    """What is offered, in the words, at the price and with the tax of that day."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines", verbose_name=_("quote"))
    place = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product"))
    name = models.CharField(_("words"), max_length=300)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=4, validators=[MinValueValidator(SMALLEST)]
    )
    listed_price = models.DecimalField(
        max_digits=14, decimal_places=4, null=True, help_text="What the price lists said, in the terms of the quote."
    )
    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    discount = models.DecimalField(_("discount (%)"), max_digits=5, decimal_places=2, default=NOTHING, validators=SHARE)
    tax = models.DecimalField(_("tax (%)"), max_digits=6, decimal_places=3, default=NOTHING)
    every = models.PositiveSmallIntegerField(_("billed"), choices=Period.choices, null=True)
    months = models.PositiveSmallIntegerField(_("term (months)"), null=True)

    objects = QuoteLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a quote")
        verbose_name_plural = _("lines of quotes")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="each_quote_line_more_than_nothing"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="no_quote_line_below_nothing"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="each_offered_discount_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def times(self) -> int:
        """How often it is billed over its term."""
        return self.months // self.every if self.months and self.every else 1
