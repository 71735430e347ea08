"""Why a customer is not found: merged, another team's, shared by several, or not here at all."""

import re
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.channels.inbound import Clue
from rapport.customers.models import Customer, Identifier
from rapport.customers.trash import Trashed
from rapport.identity.merge import survivor_of
from rapport.identity.refer import refer
from rapport.identity.resolve import lookup
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.lib.ids import number
from rapport.people.models import LegalEntity, User
from rapport.ui.why import Cause

ADDRESS = re.compile(r"(?:https?://[^/]+)?/?customers/(\d+)(?:/.*)?\Z")
MOST = 10


def why_customer(words: str, reader: User) -> list[Cause]:
    """What is known here of the number, the address of a page, the e-mail address or the phone number in ``words``."""
    place = ADDRESS.match(words)
    if place or words.isdigit():
        told = of_number(number(place[1] if place else words), reader)
        if told or place:
            return told or [Cause(_("There has never been a customer with this number."))]
    return of_identifiers(words, reader)


def of_number(customer_id: int, reader: User) -> list[Cause]:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        return []
    survivor_id = survivor_of(customer_id) if customer.merged_into_id else customer_id
    return [told(survivor_id, reader, merged=customer.merged_into_id is not None)]


def told(customer_id: int, reader: User, *, merged: bool = False, asked: str = "") -> Cause:
    """Where the customer is; of another team's no more than that it is theirs."""
    seen = Customer.objects.visible_to(reader).filter(pk=customer_id).first()
    if seen is None:
        if Trashed.objects.visible_to(reader).there().filter(customer=customer_id).exists():
            return Cause(_("It is in the trash."), about=asked)
        return Cause(not_yours(reader), about=asked)
    url = reverse("customer", args=[customer_id])
    if merged:
        return Cause(_("This record was merged into %(name)s.") % {"name": seen.name}, url, about=asked)
    return Cause(_("It is here: %(name)s.") % {"name": seen.name}, url, about=asked)


def not_yours(reader: User) -> str:
    if reader.team_id is None:
        return _("It belongs to a team. You are in none, so you see only the customers of no team.")
    sees = {"team": reader.team}
    return _("It belongs to another team. You see the customers of team %(team)s and those of no team.") % sees


def of_identifiers(words: str, reader: User) -> list[Cause]:
    identities = list(read_as(words))
    if not identities:
        return of_names(words, reader)
    known = lookup(identities)
    causes = []
    for one in identities:
        if one.proof in known.holders:
            causes.append(told(known.holders[one.proof].customer_id, reader, asked=one.value))
        elif one.proof in known.shared:
            causes.append(
                Cause(
                    _("Several customers share it, so nothing that comes from it is given to one of them."),
                    about=one.value,
                )
            )
        else:
            causes.append(Cause(nobody_has(one), about=one.value))
    return causes


def read_as(words: str) -> Iterable[Identity]:
    """The e-mail address or phone number that the words are, or that of several sources in which they are an id."""
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    kind = "email" if "@" in words.strip("@") else "phone"
    held = Identifier.objects.filter(key=words, kind__in=["external", "account", "social"]).order_by("pk")[:MOST]
    found = [normalise(one.kind, one.value, namespace=one.namespace) for one in held]
    if found:
        return found
    if kind == "phone" and not re.fullmatch(r"[+0-9][0-9 ()./\-–]*", words):
        return []
    try:
        return [normalise(kind, words, region=region)]
    except NotAnIdentifier:
        return []


def of_names(words: str, reader: User) -> list[Cause]:
    """A company is named exactly; the names of people are what search is for."""
    referred = refer([Clue("customer", words)])
    return [told(one.customer_id, reader, asked=words) for one in referred.values()]


def nobody_has(identity: Identity) -> str:
    if identity.strength == "weak" and identity.kind == "email":
        return _("No customer has it. A desk answers this address, so it makes nobody a customer by itself.")
    if identity.strength == "weak":
        return _(
            "No customer has it. It is a switchboard or a service number, so it makes nobody a customer by itself."
        )
    if identity.kind == "phone" and identity.strength == "linking":
        return _("No customer has it. Without the country it may be anybody's number.")
    return _("No customer has it.")
