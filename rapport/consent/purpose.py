"""What we write to people for, on which lawful basis, and in which words they are asked."""

from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CORRESPONDENCE, SERVICE = "correspondence", "service"
# Purposes that come with Rapport have no name of their own until somebody gives them one: they speak the reader's language.
NAMES: "dict[str, StrOrPromise]" = {
    CORRESPONDENCE: _("Correspondence"),
    SERVICE: _("Orders and service"),
    "newsletter": _("Newsletter"),
    "offers": _("Offers"),
}
ABOUT: "dict[str, StrOrPromise]" = {
    CORRESPONDENCE: _("Letters from one person to another: questions and answers."),
    SERVICE: _("What belongs to an order, a delivery or a repair."),
    "newsletter": _("News about us and our products, to whoever asked for them."),
    "offers": _("Offers and invitations, to whoever agreed."),
}


class Basis(models.TextChoices):
    """The lawful bases of Article 6 (1) of the GDPR."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract")
    OBLIGATION = "obligation", _("Legal obligation")
    VITAL = "vital", _("Vital interests")
    TASK = "task", _("Public task")
    INTEREST = "interest", _("Legitimate interest")


class PurposeQuerySet(models.QuerySet["Purpose"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002
        """Everybody who works here may know what we write for."""
        return self

    def in_use(self) -> Self:
        return self.filter(retired_at=None).order_by("pk")


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old))
class Purpose(models.Model):
    """What something is sent for. Without consent, its basis says why it may be sent all the same."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    about = models.CharField(_("what it is for"), max_length=400, blank=True)
    basis = models.CharField(_("lawful basis"), max_length=12, choices=Basis.choices, default=Basis.CONSENT)
    balancing = models.TextField(
        _("balancing"),
        max_length=4_000,
        blank=True,
        help_text=_("With a legitimate interest: which one, and why theirs does not outweigh it."),
    )
    advertising = models.BooleanField(_("advertising"), default=False)
    confirmed = models.BooleanField(
        _("only once confirmed"),
        default=False,
        help_text=_("A yes counts when its owner has followed a link that was sent there (double opt-in)."),
    )
    sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("About health, belief, origin or the like: only with consent.")
    )
    lasts_days = models.PositiveIntegerField(_("a yes lasts, days"), null=True, blank=True)
    retired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PurposeQuerySet.as_manager()

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")

    def __str__(self) -> str:
        return self.name or str(NAMES.get(self.code, self.code))

    @property
    def explained(self) -> str:
        return self.about or str(ABOUT.get(self.code, ""))

    @property
    def asks(self) -> bool:
        """Whether nothing may be sent for it without a yes."""
        return self.basis == Basis.CONSENT

    @property
    def may_be_refused(self) -> bool:
        """Whether a no counts: against consent and a legitimate interest, not against a contract or the law."""
        return self.basis in {Basis.CONSENT, Basis.INTEREST, Basis.TASK}


class Wording(models.Model):
    """The words in which people were asked, for ever; new words are a new version."""

    purpose = models.ForeignKey(Purpose, models.CASCADE, related_name="wordings", db_index=False)
    version = models.PositiveIntegerField()
    text = models.TextField(_("wording"), max_length=4_000)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("wording")
        constraints: ClassVar = [models.UniqueConstraint("purpose", "version", name="each_version_of_a_wording_once")]

    def __str__(self) -> str:
        return self.text
