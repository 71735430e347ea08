"""The ledger of consents: what was said about a purpose, for an address and a channel. Nothing in it ever changes."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Case, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Purpose, Wording
from rapport.consent.ways import CHANNELS, WAY_OF
from rapport.customers.models import Identifier
from rapport.people.access import nobodys_or_seen
from rapport.people.models import User


class Said(models.TextChoices):
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    # Waits for a confirmation; what was said before still counts.
    ASKED = "asked", _("Asked, not confirmed")
    # Says of another word that it was written down by mistake; what was said before that one counts again.
    STRUCK = "struck", _("Struck out")


# Of two words of one moment, the no.
NO_FIRST = Case(When(said=Said.GRANTED, then=Value(1)), default=Value(0))


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> Self:
        """Those about customers that ``user`` may see, about nobody known, and those one wrote down oneself."""
        if user.sees_all:
            return self
        holders = Identifier.objects.filter(kind=OuterRef("way"), key=OuterRef("key"))
        return self.filter(Q(by=user) | Q(nobodys_or_seen(holders, "key", "member__scope_id", user)))

    def decisive(self) -> Self:
        """The word that counts, of each address, purpose and channel: the newest, and of two at one moment the no."""
        those = self.exclude(said__in=[Said.ASKED, Said.STRUCK]).filter(strike=None)
        return those.order_by("key", "purpose", "channel", "-at", NO_FIRST, "-pk").distinct("key", "purpose", "channel")

    def older_than(self, one: "Consent") -> Self:
        return self.filter(Q(at__lt=one.at) | Q(at=one.at, pk__lt=one.pk))

    def newest_first(self) -> Self:
        return self.select_related("purpose", "wording", "by").order_by("-at", "-pk")


class Consent(models.Model):
    """What was said, when, in answer to which words, with the proof. `at` is the moment it was said, not written down."""

    SEALED: ClassVar = True

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="consents", verbose_name=_("purpose"))
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    way = models.CharField(max_length=10, help_text="The kind of the address.")
    key = models.CharField(max_length=400, help_text="The address in its normal form.")
    value = models.CharField(_("address"), max_length=400)
    said = models.CharField(_("what they said"), max_length=10, choices=Said.choices)
    at = models.DateTimeField(_("when"))
    until = models.DateTimeField(_("until"), null=True)
    source = models.CharField(_("source"), max_length=100)
    wording = models.ForeignKey(Wording, models.PROTECT, null=True, related_name="+", verbose_name=_("wording"))
    evidence = models.CharField(_("evidence"), max_length=1_000, blank=True)
    guardian = models.CharField(
        _("for a child"), max_length=200, blank=True, help_text="Who said it in the name of a child."
    )
    strikes = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="strike", help_text="The word that this one strikes out."
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    kept_at = models.DateTimeField(default=timezone.now, help_text="When it was written down.")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes: ClassVar = [
            models.Index(fields=["key", "purpose", "channel", "-at"], name="consents_of_an_address"),
            models.Index(fields=["-at", "-id"], name="consents_by_time"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(said="struck") ^ Q(strikes=None), name="a_word_that_strikes_names_the_one_it_strikes"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=list(WAY_OF)), name="consents_are_for_channels_we_begin_to_speak_by"
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="stays_as_it_is", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.value}: {self.get_said_display()}"
