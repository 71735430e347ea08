"""A pack: everything about a person in one file, made for a request, kept for a week."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.privacy.request import Request

KEPT = timedelta(days=7)
FOLDER = "packs"


class PackQuerySet(models.QuerySet["Pack"]):
    def visible_to(self, user: User) -> Self:
        """Those of requests that one may see."""
        return self.filter(request__in=Request.objects.visible_to(user))


class Pack(models.Model):
    """One file for one request: ordered, made by a job, let go after a week."""

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        GONE = "gone", _("Deleted")
        BROKEN = "broken", _("Could not be made")

    request = models.ForeignKey(Request, models.CASCADE, related_name="packs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAKING)
    place = models.CharField(max_length=64, blank=True, help_text="Its name below the folder of packs.")
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    counts = models.JSONField(default=dict, help_text="Table → how many records of it are in the pack.")
    trouble = models.CharField(max_length=400, blank=True)
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("pack of a person's data")

    def __str__(self) -> str:
        return f"{self.request_id}: {self.state}"

    @property
    def path(self) -> Path:
        home: Path = settings.HOME
        return home / FOLDER / self.place
