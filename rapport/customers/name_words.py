"""The words of customers' names, and the spellings by which they are found."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class NameToken(models.Model):
    """A distinct folded word that stands in some customer's name."""

    token = models.CharField(max_length=100, unique=True)

    class Meta:
        verbose_name = _("name token")

    def __str__(self) -> str:
        return self.token


class NameVariant(models.Model):
    """A token with one letter left out: two words one typo apart share a variant."""

    token = models.ForeignKey(NameToken, models.CASCADE, related_name="variants")
    variant = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("name variant")
        constraints: ClassVar = [models.UniqueConstraint("variant", "token", name="each_variant_once_a_token")]

    def __str__(self) -> str:
        return self.variant


class NameUse(models.Model):
    """That a token stands in a customer's name."""

    token = models.ForeignKey(NameToken, models.CASCADE, related_name="uses", db_index=False)
    customer = models.ForeignKey("customers.Customer", models.CASCADE, related_name="name_uses")

    class Meta:
        verbose_name = _("name use")
        constraints: ClassVar = [models.UniqueConstraint("token", "customer", name="each_name_use_once")]

    def __str__(self) -> str:
        return f"{self.token_id} in {self.customer_id}"
