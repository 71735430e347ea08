"""The golden record: which source wins for each field, and why. A pure function of what the sources said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TEXTS = (
    "name",
    "first_name",
    "last_name",
    "street",
    "postcode",
    "city",
    "region",
    "country",
    "language",
    "time_zone",
    "website",
    "owner",
    "team",
)
FIELDS = (*TEXTS, "tags")
# What sources say of the organisation's own fields stands behind this.
OWN = "x:"
Value = str | int | float | bool | list[str] | dict[str, Any] | None
ONLY, HAND, TRUST, RECENT, UNION = "only source", "by hand", "most trusted", "most recent", "all tags together"


@dataclass(frozen=True)
class Said:
    """What one record says. `said_at` holds ISO moments per field, else `seen_at` counts."""

    record_id: int
    by_hand: bool
    trust: int
    seen_at: str
    claims: Mapping[str, Value]
    said_at: Mapping[str, str] = field(default_factory=dict)

    def when(self, name: str) -> str:
        return self.said_at.get(name, self.seen_at)


@dataclass(frozen=True)
class Won:
    """A golden value, the record it comes from and why that one won."""

    value: Value
    record_id: int
    why: str


def golden(records: Sequence[Said], recent: Iterable[str] = ()) -> dict[str, Won]:
    """The winner of each field that anybody speaks of; ``recent`` names the fields where the last word wins."""
    latest = set(recent)
    names = (*TEXTS, *own_fields(record.claims for record in records))
    won = {name: text(name, records, latest=name in latest) for name in names}
    won["tags"] = tags(records)
    return {name: winner for name, winner in won.items() if winner is not None}


def own_fields(said: Iterable[Mapping[str, Value]]) -> list[str]:
    """The organisation's own fields that anybody speaks of."""
    return sorted({name for claims in said for name in claims if name.startswith(OWN)})


def own_values(said: Mapping[str, Value]) -> dict[str, Value]:
    """Key → value of the organisation's own fields, without those that are empty."""
    return {name.removeprefix(OWN): value for name, value in said.items() if name.startswith(OWN) and value is not None}


def text(name: str, records: Sequence[Said], *, latest: bool) -> Won | None:
    said = [record for record in records if name in record.claims]
    if not said:
        return None
    if latest:
        best = max(said, key=lambda record: (record.when(name), record.record_id))
    else:
        best = max(said, key=lambda record: (record.by_hand, record.trust, record.when(name), record.record_id))
    return Won(best.claims[name], best.record_id, reason(best, said, latest=latest))


def reason(best: Said, said: Sequence[Said], *, latest: bool) -> str:
    if len(said) == 1:
        return HAND if best.by_hand else ONLY
    if latest:
        return RECENT
    if best.by_hand:
        return HAND
    return TRUST if any(record.trust < best.trust for record in said) else RECENT


def tags(records: Sequence[Said]) -> Won | None:
    """A list written by hand replaces what sources say; several lists are joined."""
    said = [record for record in records if "tags" in record.claims]
    said = [record for record in said if record.by_hand] or said
    if not said:
        return None
    union = sorted({tag for record in said for tag in tags_of(record.claims)})
    newest = max(said, key=lambda record: (record.when("tags"), record.record_id))
    return Won(union, newest.record_id, UNION if len(said) > 1 else reason(newest, said, latest=False))


def tags_of(said: Mapping[str, Value]) -> list[str]:
    found = said.get("tags")
    return found if isinstance(found, list) else []
