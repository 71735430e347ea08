"""Files: each content once, whoever sent it and however often."""

import re
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class File(models.Model):
    """A content. Who may read it is said by the room whose record it belongs to; what it is called, too."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField(_("size"))
    media_type = models.CharField(_("media type"), max_length=100, help_text="As whoever sent it first called it.")
    name = models.CharField(_("name"), max_length=200, blank=True, help_text="As whoever sent it first called it.")
    kept_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["File"]] = models.Manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name or self.sha256

    @property
    def path(self) -> Path:
        return place_of(self.sha256)


def place_of(sha256: str) -> Path:
    """Where the content with this hash lies, below the data folder; backups carry all of it."""
    if not SHA256.match(sha256):
        message = f"{sha256!r} is no SHA-256"
        raise ValueError(message)
    folder: Path = settings.FILES
    return folder / sha256[:2] / sha256
