"""Which rows the demo company made, so that it can be taken away again and nothing else with it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Planted(models.Model):
    """Some rows of one table that the demo company made."""

    table = models.CharField(max_length=100, help_text="The model's label, say customers.customer.")
    ids = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = _("planted rows")

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.table}"


def label(model: type[models.Model]) -> str:
    """What `Planted.table` calls the table of ``model``."""
    return model._meta.label_lower  # noqa: SLF001
