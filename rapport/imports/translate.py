"""Turn a row of a file into what the verbs take in: a customer's record, something that passed, or a line of an order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.channels.inbound import Channel, Direction, Inbound, Party
from rapport.customers import models as customers
from rapport.customers.golden import FIELDS as GOLDEN
from rapport.customers.golden import Value, tags_of
from rapport.customers.records import RecordIn, claims
from rapport.customers.wish import WishError
from rapport.fields.read import UnfitError
from rapport.imports.deal_rows import DealRow, deal
from rapport.imports.fields import Kind
from rapport.imports.lead_rows import LeadRow, lead
from rapport.imports.link import Means
from rapport.imports.plan import Plan
from rapport.imports.product_rows import ProductRow, product
from rapport.imports.reading import (
    BETWEEN_ADDRESSES,
    BETWEEN_NUMBERS,
    LONGEST_KEY,
    Reader,
    RowError,
    Surroundings,
    called,
    happened,
    row_hash,
)
from rapport.imports.wished import wished
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.lib.layouts import Row
from rapport.lib.nations import country_code, language_code
from rapport.lib.values import NOTHING
from rapport.sales.record_orders import LineIn

Word = TypeVar("Word", Channel, Direction)
DIRECTIONS = {
    **dict.fromkeys(
        [
            "inbound",
            "in",
            "incoming",
            "received",
            "incoming email",
            "forwarded email",
            "eingehend",
            "from customer",
            "true",
        ],
        Direction.INBOUND,
    ),
    **dict.fromkeys(
        ["outbound", "out", "outgoing", "sent", "email", "outgoing email", "ausgehend", "to customer", "false"],
        Direction.OUTBOUND,
    ),
    **dict.fromkeys(["internal", "intern", "note"], Direction.INTERNAL),
}
CHANNELS = {
    **{channel.value: channel for channel in Channel},
    **dict.fromkeys(["mail", "e-mail", "e mail", "email message"], Channel.EMAIL),
    **dict.fromkeys(["call", "telephone", "voice", "telefon", "anruf"], Channel.PHONE),
    **dict.fromkeys(["text", "text message", "whatsapp", "mobile"], Channel.SMS),
    **dict.fromkeys(["letter", "brief", "fax", "postal"], Channel.POST),
    **dict.fromkeys(["meeting", "event", "on site", "besuch", "field visit"], Channel.VISIT),
    **dict.fromkeys(["website", "web form", "form", "online", "internet"], Channel.WEB),
    **dict.fromkeys(["twitter", "facebook", "instagram", "linkedin", "x", "youtube", "tweet"], Channel.SOCIAL),
    **dict.fromkeys(["ticket", "help center", "customer portal", "app"], Channel.PORTAL),
    **dict.fromkeys(["shop", "branch", "pos", "filiale", "in store", "laden"], Channel.STORE),
    **dict.fromkeys(["live chat", "messenger", "messaging"], Channel.CHAT),
    **dict.fromkeys(["api", "other", "sonstige", "task", "todo", "to do", "note", "notes"], Channel.SYSTEM),
}
UNFIT = {
    "email": gettext_lazy("%(column)s: “%(text)s” is no e-mail address"),
    "phone": gettext_lazy("%(column)s: “%(text)s” is no phone number"),
    "account": gettext_lazy("%(column)s: “%(text)s” can't be used"),
    "social": gettext_lazy("%(column)s: “%(text)s” can't be used"),
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row of an order file."""

    external_id: str
    ordered_at: datetime
    party: Party
    line: LineIn
    currency: str
    brand: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """The ids of records that one row links, each with the source that gave it."""

    near: tuple[str, str]
    far: tuple[tuple[str, str], ...]
    means: Means
    role: str = ""


Item = RecordIn | Inbound | OrderRow | LinkRow | DealRow | LeadRow | ProductRow
Translator = Callable[[Row], Item]


def translator(plan: Plan, surroundings: Surroundings, *, at: datetime) -> Translator:
    """What turns a row of this plan into an item; it raises RowError for a row that can't be."""
    reader = Reader(plan, surroundings)
    translators: Mapping[Kind, Translator] = {
        Kind.CUSTOMERS: partial(person, reader),
        Kind.COMPANIES: partial(company, reader),
        Kind.INTERACTIONS: partial(interaction, reader, at),
        Kind.LINKS: partial(link, reader),
        Kind.DEALS: partial(deal, reader),
        Kind.LEADS: partial(lead, reader, at),
        Kind.PRODUCTS: partial(product, reader),
        Kind.ORDERS: partial(order, reader, at),
    }
    return translators[plan.kind]


def person(reader: Reader, row: Row) -> RecordIn:
    said = golden(reader, row)
    return record(reader, row, customers.Kind.PERSON, said, reader.text(row, "company"))


def company(reader: Reader, row: Row) -> RecordIn:
    said = golden(reader, row)
    said["tags"] = [*tags_of(said), *reader.all(row, "industry", r"[;,|]")]
    return record(reader, row, customers.Kind.COMPANY, said, reader.text(row, "parent"))


def golden(reader: Reader, row: Row) -> dict[str, Value]:
    said: dict[str, Value] = {
        name: reader.text(row, name) for name in GOLDEN if name in reader.targets and name != "tags"
    }
    owner, language = said.get("owner"), said.get("language")
    if isinstance(owner, str):
        owner = reader.owners.get(owner, owner)
        said["owner"] = reader.surroundings.owners.get(owner.lower(), owner)
    if isinstance(language, str):
        said["language"] = language_code(language) or language
    for one in reader.own:
        text = next((text for text, _target in reader.cells(row, one.field.claim) if text.lower() not in NOTHING), "")
        try:
            said[one.field.claim] = one.read(text)
        except UnfitError as problem:
            raise RowError(f"{one.column}: {problem}") from problem
    if "tags" in reader.targets:
        # A star marks what an address book itself puts everybody into.
        said["tags"] = [tag for tag in reader.all(row, "tags", r"\s*(?:[;,|]|:::)\s*") if not tag.startswith("* ")]
    return said


def record(reader: Reader, row: Row, kind: customers.Kind, said: Mapping[str, Value], firm: str) -> RecordIn:
    found = claims(said)
    external_id = reader.proof(row, "external_id")
    identities = tuple(identified(reader, row, str(found.get("country", ""))))
    if not external_id and not identities and not found.get("name"):
        raise RowError(_("nothing to recognise this customer by: no name, e-mail, phone or id"))
    key = reader.plan.key
    if key and not has_key(key, external_id, identities, found):
        raise RowError(_("the key “%(key)s” is empty") % {"key": key})
    role = reader.text(row, "company_role")
    own = (reader.plan.source, external_id, kind)
    return RecordIn(*own, found, identities, reader.raw(row), firm[:400], role, wishes=wishes(reader, row))


def wishes(reader: Reader, row: Row) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(wished(reader, row))
    except WishError as problem:
        raise RowError(str(problem)) from problem


def has_key(key: str, external_id: str, identities: Sequence[Identity], found: Mapping[str, Value]) -> bool:
    if key == "external_id":
        return bool(external_id)
    return bool(found.get("name")) if key == "name" else any(one.kind == key for one in identities)


def identified(reader: Reader, row: Row, country: str) -> list[Identity]:
    region = (country_code(country) if country else "") or reader.surroundings.region
    found = []
    for kind in ("email", "phone", "account", "social"):
        if kind in reader.targets:
            for value in reader.all(row, kind, BETWEEN_ADDRESSES if kind == "email" else BETWEEN_NUMBERS):
                try:
                    found.append(normalise(kind, value, region=region))
                except NotAnIdentifier as problem:
                    columns = ", ".join(called(target) for _place, target in reader.targets[kind])
                    raise RowError(UNFIT[kind] % {"column": columns, "text": value[:60]}) from problem
    return found


def interaction(reader: Reader, at: datetime, row: Row) -> Inbound:
    moment = happened(reader, row, "occurred_at", at)
    clues, name = reader.clues(row), reader.text(row, "name")
    amount = reader.number(row, "amount")
    return Inbound(
        source=reader.plan.source,
        external_id=reader.proof(row, "external_id") or row_hash(row),
        at=moment or at,
        channel=one_of(CHANNELS, reader.text(row, "channel") or "system"),
        direction=one_of(DIRECTIONS, reader.text(row, "direction") or "inbound"),
        kind=reader.text(row, "kind").lower() or "message",
        parties=(Party(clues, name=name),) if clues or name else (),
        subject=reader.text(row, "subject"),
        text=reader.text(row, "text"),
        amount=amount,
        currency=reader.currency(row, "amount") if amount is not None else "",
        brand=reader.text(row, "brand"),
        touchpoint=reader.text(row, "touchpoint"),
        data=reader.rest(row),
    )


def link(reader: Reader, row: Row) -> LinkRow:
    """A row without a second id links nothing; one cell may hold several."""
    near, far = reader.proof(row, "from"), reader.all(row, "to", r"[;,|\s]+")
    if far and not near:
        raise RowError(_("no id of the record that is to be linked"))
    ours, theirs = reader.text(row, "from_source"), reader.text(row, "to_source")
    found = tuple((theirs, one[:LONGEST_KEY]) for one in far)
    return LinkRow((ours, near), found, Means(reader.text(row, "means")), reader.text(row, "role"))


def one_of(known: Mapping[str, Word], text: str) -> Word:
    found = known.get(text) or known.get(" ".join(re.findall(r"[^\W_]+", text.lower())))
    if found is None:
        what = _("channel") if known is CHANNELS else _("direction")
        raise RowError(_("“%(text)s” is no %(what)s") % {"text": text[:60], "what": what})
    return found


def order(reader: Reader, at: datetime, row: Row) -> OrderRow:
    moment = happened(reader, row, "ordered_at", at)
    if moment is None:
        raise RowError(_("no date"))
    quantity, price, amount = (reader.number(row, field) for field in ("quantity", "unit_price", "amount"))
    if amount is None:
        if price is None:
            raise RowError(_("neither an amount nor a unit price"))
        amount = price * (quantity if quantity is not None else 1)
    clues = reader.clues(row)
    line = LineIn(
        line=reader.proof(row, "line")[:60],
        product=reader.text(row, "product"),
        quantity=quantity if quantity is not None else Decimal(1),
        unit_price=price,
        amount=amount,
        data=reader.rest(row),
    )
    currency = reader.currency(row, "amount", "unit_price")
    return OrderRow(reader.proof(row, "external_id"), moment, Party(clues), line, currency, reader.text(row, "brand"))
