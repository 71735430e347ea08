"""The mail accounts through which mail comes in and goes out."""

import json
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.lib.sealed import seal, unseal
from rapport.people.access import scopes_of
from rapport.people.models import Scope, User


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("None (only on this machine or a closed network)")


class Proof(models.TextChoices):
    """How the account shows who it is."""

    PASSWORD = "password", _("Password")
    GOOGLE = "google", _("Google (OAuth)")
    MICROSOFT = "microsoft", _("Microsoft 365 (OAuth)")


class MailAccountQuerySet(models.QuerySet["MailAccount"]):
    def visible_to(self, user: User) -> Self:
        """One's own and the shared ones of one's scopes; an administrator sees all."""
        if user.sees_all:
            return self
        return self.filter(Q(user=user) | Q(user=None, scope__in=scopes_of(user)))


class MailAccount(models.Model):
    """A mailbox on a server: where it is read from (IMAP) and what sends in its name (SMTP); either may be missing."""

    name = models.CharField(_("name"), max_length=200)
    address = models.EmailField(_("address"), max_length=260, unique=True, help_text=_("In whose name it sends."))
    user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mail_accounts",
        verbose_name=_("of whom"),
        help_text=_("Nobody: a shared mailbox."),
    )
    scope = models.ForeignKey(Scope, models.PROTECT, default=Scope.EVERYONE, related_name="+", verbose_name=_("team"))
    proof = models.CharField(_("signs in with"), max_length=10, choices=Proof.choices, default=Proof.PASSWORD)
    username = models.CharField(_("user name"), max_length=260, blank=True, help_text=_("Empty: the address."))
    sealed = models.BinaryField(default=bytes, help_text="Password or OAuth tokens as sealed JSON; never shown.")
    imap_host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("port"), default=993)
    imap_security = models.CharField(_("security"), max_length=10, choices=Security.choices, default=Security.TLS)
    smtp_host = models.CharField(_("SMTP server"), max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(_("port"), default=465)
    smtp_security = models.CharField(_("security"), max_length=10, choices=Security.choices, default=Security.TLS)
    active = models.BooleanField(_("active"), default=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MailAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail account")
        verbose_name_plural = _("mail accounts")

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def signs_in_as(self) -> str:
        return self.username or self.address

    @property
    def secrets(self) -> dict[str, Any]:
        """Password or tokens. Raises SealError when another installation's key sealed them."""
        return dict(json.loads(unseal(bytes(self.sealed), key=settings.SECRET_KEY))) if self.sealed else {}

    @secrets.setter
    def secrets(self, secrets: dict[str, Any]) -> None:
        self.sealed = seal(json.dumps(secrets), key=settings.SECRET_KEY)
