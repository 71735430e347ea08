"""Fill the fields of a text: {{ first name }} becomes Ann; what is unknown or empty stays and is told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from rapport.bookings.links import address_for
from rapport.customers.models import Customer
from rapport.customers.veil import hidden_columns
from rapport.people.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELD = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")


@dataclass(frozen=True)
class About:
    """To whom, from whom, when."""

    customer: Customer
    writer: User
    at: datetime


@dataclass(frozen=True)
class Field:
    label: "StrOrPromise"
    read: Callable[[About], str]


def known(about: About, name: str) -> str:
    """What the writer may see; what is hidden from them they write in themselves, or leave out."""
    return "" if name in hidden_columns(about.writer) else str(getattr(about.customer, name))


FIELDS: dict[str, Field] = {
    "name": Field(gettext_lazy("name"), lambda about: about.customer.name),
    "first name": Field(gettext_lazy("first name"), lambda about: about.customer.first_name),
    "last name": Field(gettext_lazy("last name"), lambda about: about.customer.last_name),
    "city": Field(gettext_lazy("city"), lambda about: known(about, "city")),
    "my name": Field(gettext_lazy("my name"), lambda about: about.writer.name),
    "my address": Field(gettext_lazy("my address"), lambda about: about.writer.email),
    "booking link": Field(gettext_lazy("booking link"), lambda about: address_for(about.writer)),
    "today": Field(gettext_lazy("today"), lambda about: date_format(localtime(about.at), "DATE_FORMAT")),
}


@dataclass(frozen=True)
class Filled:
    """A text with its fields filled in, and those that could not be."""

    text: str
    unknown: tuple[str, ...]
    empty: tuple[str, ...]

    @property
    def trouble(self) -> str:
        """What has to be mended before this may leave; nothing when all is well."""
        said = []
        if self.unknown:
            said.append(_("There is no field %(names)s.") % {"names": named(self.unknown)})
        if self.empty:
            said.append(_("Nothing is known here for %(names)s: write it in.") % {"names": named(self.empty)})
        return " ".join(said)


def named(names: tuple[str, ...]) -> str:
    return ", ".join("{{ %s }}" % name for name in names)  # noqa: UP031


def fill(text: str, about: About) -> Filled:
    unknown: list[str] = []
    empty: list[str] = []

    def put_in(found: re.Match[str]) -> str:
        key = names().get(found[1].casefold())
        value = FIELDS[key].read(about).strip() if key else ""
        if not value:
            (empty if key else unknown).append(found[1])
        return value or found[0]

    filled = FIELD.sub(put_in, text)
    return Filled(filled, tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(empty)))


def unknown_in(text: str) -> tuple[str, ...]:
    """Fields of a template that no customer will ever fill."""
    return tuple(dict.fromkeys(name for name in FIELD.findall(text) if name.casefold() not in names()))


@cache
def names() -> Mapping[str, str]:
    """What a field may be called in any of our languages → its key."""
    found = {key: key for key in FIELDS}
    for code, _language in settings.LANGUAGES:
        with override(code):
            found |= {str(field.label).casefold(): key for key, field in FIELDS.items()}
    return found
