"""Read what a web request says into what the API would take, by the paths that were declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from rapport.identity.api import NewCustomer
from rapport.sales.api import NewOrder
from rapport.timeline.payloads import InteractionIn
from rapport.webhooks.models import Arrival, Becomes
from rapport.webhooks.paths import look_up

LINES = "lines"
LINE = ("line", "product", "quantity", "unit_price", "amount")
CLUES = ("email", "phone", "account")
PLACE = ("street", "postcode", "city", "region", "country")
FIELDS: dict[str, tuple[str, ...]] = {
    Becomes.INTERACTION: (
        *("external_id", "occurred_at", *CLUES, "name", "subject", "text", "kind", "channel", "direction"),
        *("amount", "currency", "brand", "touchpoint"),
    ),
    Becomes.CUSTOMER: (
        *("external_id", "name", "first_name", "last_name", *CLUES, "kind", "company", *PLACE),
        *("language", "website"),
    ),
    Becomes.ORDER: (
        *("external_id", "ordered_at", *CLUES, "name", "currency", "brand", LINES),
        *(f"line.{name}" for name in LINE),
    ),
}
USUAL = {
    Becomes.INTERACTION: {"channel": "web", "direction": "inbound", "kind": "message"},
    Becomes.CUSTOMER: {"kind": "person"},
    Becomes.ORDER: {},
}
MOMENTS = {Becomes.INTERACTION: "occurred_at", Becomes.ORDER: "ordered_at"}
PAYLOADS: dict[str, type[InteractionIn | NewCustomer | NewOrder]] = {
    Becomes.INTERACTION: InteractionIn,
    Becomes.CUSTOMER: NewCustomer,
    Becomes.ORDER: NewOrder,
}
EPOCH_LENGTH = 10


class UnclearError(Exception):
    """The request can't be what its source's mapping makes of it; the text says why."""


@dataclass(frozen=True)
class Rules:
    """What the requests of a source become, by which paths."""

    source: str
    becomes: str
    mapping: Mapping[str, str]


def understand(arrival: Arrival, rules: Rules) -> InteractionIn | NewCustomer | NewOrder:
    """What the API would have been sent. Raises UnclearError."""
    document = parsed(bytes(arrival.body))
    said = {name: read(document, path) for name, path in rules.mapping.items() if name in FIELDS[rules.becomes]}
    said = {name: value for name, value in said.items() if value not in (None, "", [])}
    given = USUAL[Becomes(rules.becomes)] | {
        name: value for name, value in said.items() if name not in {*CLUES, LINES} and not name.startswith("line.")
    }
    given["source"], given["external_id"] = (
        rules.source,
        str(said.get("external_id") or arrival.sent_id or arrival.digest),
    )
    moment = MOMENTS.get(Becomes(rules.becomes))
    if moment:
        given[moment] = as_moment(said.get(moment) or arrival.at)
    given["identifiers"] = clues(said, rules.becomes)
    if rules.becomes == Becomes.ORDER:
        given.pop("name", None)
        given[LINES] = lines(document, rules.mapping)
    return validated(PAYLOADS[rules.becomes], given)


def parsed(body: bytes) -> object:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise UnclearError(f"This is no JSON: {error}"[:400]) from error


def read(document: object, path: str) -> object:
    """The value at ``path``; what begins with = is a constant."""
    if path.startswith("="):
        return path[1:].strip()
    value = look_up(document, path) if path.strip() else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def clues(said: Mapping[str, object], becomes: str) -> list[dict[str, object]]:
    found = [{"kind": kind, "value": said[kind]} for kind in CLUES if kind in said]
    if becomes != Becomes.CUSTOMER and "name" in said:
        for one in found:
            one["name"] = said["name"]
    return found


def lines(document: object, mapping: Mapping[str, str]) -> list[dict[str, object]]:
    """Each element of the list at the path of the lines, or the whole document as the only line."""
    path = mapping.get(LINES, "")
    found = look_up(document, path) if path else [document]
    if not isinstance(found, list):
        raise UnclearError(f"lines: at “{path}” there is no list.")
    paths = {name: mapping[f"line.{name}"] for name in LINE if mapping.get(f"line.{name}")}
    read_lines = ({name: read(one, path) for name, path in paths.items()} for one in found)
    return [{name: value for name, value in one.items() if value not in (None, "")} for one in read_lines]


def as_moment(value: object) -> object:
    """Seconds or milliseconds since 1970 are moments too; without an offset a moment is in UTC."""
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value).strip()
    if text.isascii() and text.isdigit() and len(text) in {EPOCH_LENGTH, EPOCH_LENGTH + 3}:
        return datetime.fromtimestamp(int(text) / (1 if len(text) == EPOCH_LENGTH else 1000), UTC).isoformat()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def validated(payload: type[BaseModel], given: Mapping[str, object]) -> InteractionIn | NewCustomer | NewOrder:
    try:
        return payload.model_validate(given)  # type: ignore[return-value]
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
    reasons = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in told[:3]]
    raise UnclearError("; ".join(reasons)[:480])
