"""The words of interactions, kept beside them and filled in batches."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.timeline.models import Interaction


class InteractionText(models.Model):
    """The folded words of an interaction's subject and text."""

    interaction = models.OneToOneField(Interaction, models.CASCADE, primary_key=True, related_name="words")
    words = SearchVectorField()
    at = models.DateTimeField(help_text="The interaction's moment, repeated so that the newest are found first.")

    class Meta:
        verbose_name = _("words of an interaction")
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="interactions_by_word"),
            models.Index(fields=["-at", "-interaction"], name="interactions_by_moment"),
        ]

    def __str__(self) -> str:
        return f"words of {self.interaction_id}"
