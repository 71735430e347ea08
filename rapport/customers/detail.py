"""Tell what a field of a customer says to its reader, and where the reader may change it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from django.urls import reverse

from rapport.customers.models import Customer, Identifier, Strength
from rapport.customers.veil import hidden_columns
from rapport.fields.sensitivity import MASK
from rapport.people.models import User
from rapport.ui.templatetags.ui import locale, pieces

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What is changed on the customer page itself; first and last name and the team have their place on the page of all fields.
IN_PLACE = (
    *("name", "street", "postcode", "city", "region", "country"),
    *("language", "time_zone", "website", "owner", "tags"),
)
LABELS: "dict[str, StrOrPromise]" = {
    field.name: field.verbose_name
    for field in Customer._meta.concrete_fields  # noqa: SLF001
}
LINKS = {Identifier.Kind.EMAIL: "mailto:", Identifier.Kind.PHONE: "tel:"}


@dataclass(frozen=True)
class Detail:
    """A value as its reader sees it. ``url`` changes it; it is empty when the reader may not."""

    name: str
    label: "StrOrPromise"
    words: str
    url: str = ""
    link: str = ""
    tags: tuple[str, ...] = ()

    @property
    def pieces(self) -> list[str]:
        """The words in pieces between which a line may break."""
        return pieces(self.words)


def details(customer: Customer, *, reader: User) -> dict[str, Detail]:
    return {name: detail(customer, name, reader=reader) for name in IN_PLACE}


def detail(customer: Customer, name: str, *, reader: User) -> Detail:
    """One golden field. What is hidden from the reader is not theirs to change."""
    if name in hidden_columns(reader):
        return Detail(name, LABELS[name], MASK if getattr(customer, name) else "")
    tags = tuple(customer.tags) if name == "tags" else ()
    return Detail(name, LABELS[name], words_of(customer, name), address("field", customer.pk, name, reader), tags=tags)


def detail_of_way(way: Identifier, customer_id: int, *, reader: User) -> Detail:
    """A way to reach a customer. What many share, and a name in a network, is not changed in passing."""
    link = "" if way.value == MASK else link_of(way)
    changes = bool(link) and way.strength != Strength.WEAK
    url = address("way", customer_id, way.pk, reader) if changes else ""
    return Detail(f"way-{way.pk}", way.value, way.value, url, link)


def link_of(way: Identifier) -> str:
    kind = Identifier.Kind(way.kind)
    return f"{LINKS[kind]}{way.key}" if kind in LINKS else ""


def address(door: str, customer_id: int, what: str | int, reader: User) -> str:
    if not reader.allows("customers.change_customer"):
        return ""
    return reverse(f"customers:{door}", args=[customer_id, what])


def words_of(customer: Customer, name: str) -> str:
    value = getattr(customer, name)
    if name == "tags":
        return ", ".join(value)
    if name == "language":
        return language_name(value)
    return country_name(value) if name == "country" else str(value or "")


def language_name(code: str) -> str:
    """The language in the reader's words; what is no code stays as it is."""
    try:
        return str(Locale.parse(code.replace("_", "-"), sep="-").get_display_name(locale()) or code) if code else ""
    except (UnknownLocaleError, ValueError):
        return code


def country_name(code: str) -> str:
    return str(locale().territories.get(code.upper(), code))
