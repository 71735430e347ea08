"""A field that the organisation declared: its type, whom it is about, and its choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.fields.sensitivity import Graded  # noqa: F401 a noun of this room
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Type(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several choices")
    CHOICES = "choices", _("Any of several choices")
    FLAG = "flag", _("Yes or no")
    LINK = "link", _("Link")
    CUSTOMER = "customer", _("Another customer")
    USER = "user", _("A colleague")
    FORMULA = "formula", _("Formula over other fields")


class About(models.TextChoices):
    """Whom a field is about; households carry what is about all."""

    ALL = "all", _("All customers")
    PERSON = "person", _("People")
    COMPANY = "company", _("Companies")


CHOOSING = frozenset({Type.CHOICE, Type.CHOICES})


@dataclass(frozen=True)
class Choice:
    """One choice. Its key never changes, so its label may; a retired one stays readable."""

    key: str
    label: str
    retired: bool = False


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def visible_to(self, user: User) -> Self:  # noqa: ARG002 - everybody sees what there is to fill in
        return self

    def in_order(self) -> Self:
        return self.order_by("place", "pk")

    def living(self) -> Self:
        return self.filter(retired_at=None)


@pghistory.track(
    pghistory.InsertEvent("added"),
    pghistory.UpdateEvent("changed", row=pghistory.Old),
    pghistory.DeleteEvent("deleted", row=pghistory.Old),
)
class CustomField(models.Model):
    """A field of the organisation's own. It is retired, never dropped: its values stay with what was said."""

    key = models.CharField(max_length=38, unique=True, help_text=_("Its name for programs; it never changes."))
    label = models.CharField(_("name"), max_length=100)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices)
    about = models.CharField(_("about"), max_length=10, choices=About.choices, default=About.ALL)
    place = models.PositiveSmallIntegerField(default=0)
    group = models.CharField(_("group"), max_length=60, blank=True, help_text=_("The card on which it stands."))
    hint = models.CharField(_("help"), max_length=200, blank=True, help_text=_("One line below the field."))
    required = models.BooleanField(_("required"), default=False)
    choices = models.JSONField(default=list, blank=True, help_text="[key, label, retired] of each, in order")
    currency = models.CharField(_("usual currency"), max_length=3, blank=True)
    formula = models.CharField(_("formula"), max_length=500, blank=True)
    result = models.CharField(max_length=10, blank=True, help_text="What the formula yields.")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CustomFieldQuerySet.as_manager()
    # That whoever it was read for may not see its values.
    hidden: bool = False

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")

    def __str__(self) -> str:
        return self.label

    # What stands before the key in what sources say, and in the names of controls, columns and conditions.
    CLAIM: ClassVar[str] = "x:"
    NAME: ClassVar[str] = "x-"

    @property
    def claim(self) -> str:
        return f"{self.CLAIM}{self.key}"

    @property
    def name(self) -> str:
        return f"{self.NAME}{self.key}"

    @property
    def computed(self) -> bool:
        return self.type == Type.FORMULA

    @property
    def options(self) -> tuple[Choice, ...]:
        return tuple(Choice(key, label, retired) for key, label, retired in self.choices)

    @property
    def type_in_words(self) -> "StrOrPromise":
        return Type(self.type).label

    @property
    def about_in_words(self) -> "StrOrPromise":
        return About(self.about).label

    def is_about(self, kind: str) -> bool:
        return self.about in {About.ALL, kind}


def declared() -> list[CustomField]:
    """Every field, retired ones too, in their order: one query, to be handed on by whoever asks first."""
    return list(CustomField.objects.in_order())


def groups_of(fields: Iterable[CustomField]) -> list[str]:
    """The groups in which ``fields`` stand together, in the order of their first fields."""
    return list(dict.fromkeys(one.group for one in fields if one.group))


def living(fields: Iterable[CustomField], kind: str = "") -> list[CustomField]:
    """Those in use, about customers of ``kind``."""
    return [one for one in fields if one.retired_at is None and (not kind or one.is_about(kind))]
