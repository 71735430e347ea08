"""Drafts: one per user, form and record, sealed, dropped when sent."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """One's own, whatever one's role."""
        return self.filter(user=user)


class Draft(models.Model):
    """What a user has written into a form and not sent. The bytes are sealed: a copy of the database tells nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200, help_text="Of which form and record, as the page names it.")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        constraints: ClassVar = [models.UniqueConstraint("user", "key", name="each_draft_once_a_user")]
        indexes: ClassVar = [models.Index(fields=["at"], name="drafts_by_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
