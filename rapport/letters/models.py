"""Templates of letters, notes and tasks, and signatures."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.people.models import Scope, User


class TemplateQuerySet(models.QuerySet["Template"]):
    """Templates of everyone and of one's team."""

    def visible_to(self, user: User) -> Self:
        """Words that a team shares are also for those in it who see none but their own customers."""
        if user.sees_all:
            return self
        return self.filter(scope__in=Scope.objects.shared(user))

    def offered(self, use: str) -> Self:
        """Those that may be chosen for a letter, a note or a task."""
        return self.filter(retired_at=None, use=use).order_by("name", "pk")


@pghistory.track(pghistory.UpdateEvent("changed", row=pghistory.Old))
class Template(models.Model):
    """Words that are written again and again, with fields such as {{ first name }}."""

    class Use(models.TextChoices):
        LETTER = "letter", _("Letters")
        NOTE = "note", _("Notes")
        TASK = "task", _("Tasks")

    name = models.CharField(_("name"), max_length=200)
    use = models.CharField(_("for what"), max_length=10, choices=Use.choices, default=Use.LETTER)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    text = models.TextField(_("text"), max_length=20_000)
    scope = models.ForeignKey(Scope, models.PROTECT, default=Scope.EVERYONE, related_name="+", verbose_name=_("for"))
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        constraints: ClassVar = [
            models.UniqueConstraint("scope", "name", condition=models.Q(retired_at=None), name="each_template_once")
        ]

    def __str__(self) -> str:
        return self.name


class Signature(models.Model):
    """What stands under the letters of a user; another one where an account asks for it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="signatures")
    account = models.ForeignKey(MailAccount, models.CASCADE, null=True, related_name="+")
    text = models.TextField(_("signature"), max_length=2_000, blank=True)

    class Meta:
        verbose_name = _("signature")
        constraints: ClassVar = [
            models.UniqueConstraint("user", "account", name="each_signature_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.text[:60]
