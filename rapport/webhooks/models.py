"""Who may send us web requests and what arrived; whom we tell what becomes true, and each delivery."""

import json
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.journal.models import Fact
from rapport.lib.sealed import seal, unseal
from rapport.people.models import Team, User


class Becomes(models.TextChoices):
    INTERACTION = "interaction", _("An interaction on the timeline")
    CUSTOMER = "customer", _("A record of a customer")
    ORDER = "order", _("An order")


class Signed(models.TextChoices):
    """How a sender shows that it knows the secret."""

    STANDARD = "standard", _("Standard Webhooks (webhook-signature)")
    STAMPED = "stamped", _("t=…,v1=… in one header, as Stripe does")
    HEX = "hex", _("HMAC-SHA256 in hexadecimal, as GitHub does")
    BASE64 = "base64", _("HMAC-SHA256 in Base64, as Shopify does")
    BEARER = "bearer", _("The secret itself (Authorization: Bearer …)")


class SourceQuerySet(models.QuerySet["Source"]):
    def visible_to(self, user: User) -> Self:
        """Only administrators: what arrives may be about anybody's customers."""
        return self if user.allows("webhooks.change_source") else self.none()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
    exclude=["sealed", "digest"],
)
class Source(models.Model):
    """A system that may send us web requests: its address, its signature and what its requests become."""

    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("Stands at all that comes from it."))
    digest = models.CharField(max_length=64, unique=True, help_text="Of the secret part of its address.")
    sealed = models.BinaryField(help_text="The secret part of its address and its secret, as sealed JSON.")
    signed = models.CharField(_("signature"), max_length=10, choices=Signed.choices, default=Signed.STANDARD)
    header = models.CharField(_("header"), max_length=100, blank=True)
    prefix = models.CharField(_("prefix"), max_length=40, blank=True)
    becomes = models.CharField(_("becomes"), max_length=12, choices=Becomes.choices, default=Becomes.INTERACTION)
    mapping = models.JSONField(default=dict, help_text="field → path in the body, or = and a constant")
    active = models.BooleanField(_("active"), default=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="With whose rights it writes.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of web requests")
        verbose_name_plural = _("sources of web requests")

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The secret part of the address."""
        return self.secrets()["key"]

    @property
    def secret(self) -> str:
        return self.secrets()["secret"]

    def secrets(self) -> dict[str, str]:
        return dict(json.loads(unseal(bytes(self.sealed), key=settings.SECRET_KEY)))

    def hide(self, key: str, secret: str) -> None:
        self.sealed = seal(json.dumps({"key": key, "secret": secret}), key=settings.SECRET_KEY)


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("webhooks.change_source") else self.none()


class Arrival(models.Model):
    """One web request as it came, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Taken in")
        UNCLEAR = "unclear", _("Not understood")
        REFUSED = "refused", _("Refused")

    source = models.ForeignKey(Source, models.CASCADE, related_name="arrivals", db_index=False)
    digest = models.CharField(max_length=64, help_text="Equal digests are the same request, sent again.")
    sent_id = models.CharField(max_length=400, blank=True, help_text="The id that the sender gave it in a header.")
    at = models.DateTimeField()
    body = models.BinaryField()
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=500, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    customer_id = models.BigIntegerField(null=True)
    made_id = models.BigIntegerField(null=True, help_text="Of the interaction, member or order it became.")
    handled_at = models.DateTimeField(null=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("web request")
        verbose_name_plural = _("web requests")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "source", "digest", condition=~models.Q(state="refused"), name="each_web_request_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["source", "-id"], name="web_requests_of_a_source")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.pk}"

    @property
    def text(self) -> str:
        return bytes(self.body).decode(errors="replace")


TOLD = (
    *(
        Fact.CUSTOMERS_CREATED,
        Fact.CUSTOMERS_CHANGED,
        Fact.CUSTOMERS_MERGED,
        Fact.CUSTOMERS_PARTED,
        Fact.CUSTOMERS_RESTORED,
    ),
    *(Fact.INTERACTIONS_RECEIVED, Fact.INTERACTIONS_CORRECTED, Fact.INTERACTIONS_ASSIGNED),
    *(Fact.ORDERS_RECORDED, Fact.TASKS_CHANGED),
)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("webhooks.change_subscription") else self.none()


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
    exclude=["sealed", "failing_since"],
)
class Subscription(models.Model):
    """An address that is told what becomes true here, as far as its owner may see it."""

    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=2000)
    facts = ArrayField(models.CharField(max_length=40), verbose_name=_("what it is told"))
    channel = models.CharField(_("only this channel"), max_length=10, blank=True)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only customers of")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", help_text="With whose rights it is told.")
    sealed = models.BinaryField(help_text="Its secret, and for a day the one before, as sealed JSON.")
    active = models.BooleanField(_("active"), default=True)
    why_off = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """`now`, and after a change `before` with the moment `until` which that one signs too."""
        return dict(json.loads(unseal(bytes(self.sealed), key=settings.SECRET_KEY)))

    @secrets.setter
    def secrets(self, secrets: dict[str, str]) -> None:
        self.sealed = seal(json.dumps(secrets), key=settings.SECRET_KEY)

    @property
    def facts_in_words(self) -> str:
        return ", ".join(str(Fact(one).label) for one in self.facts)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        return self if user.allows("webhooks.change_subscription") else self.none()


class Delivery(models.Model):
    """One message to one address, what became of it and when it is tried again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given up", _("Given up")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.BigIntegerField(null=True, help_text="The fact it tells of; none for a test.")
    part = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=60, unique=True, help_text="The same at every try.")
    fact = models.CharField(max_length=40)
    body = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    log = models.JSONField(
        default=list, help_text="[when, status, milliseconds, what was said] of each of the last tries"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint("subscription", "event_id", "part", name="each_fact_told_once_a_subscription"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subscription", "-id"], name="deliveries_of_a_subscription"),
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="deliveries_due"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def last_word(self) -> str:
        return str(self.log[-1][3]) if self.log else ""
