"""Lay two customers side by side with what a merge would make of them: field by field, and why each value wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.customers.compute import NAMELESS, Places
from rapport.customers.detail import LABELS
from rapport.customers.golden import HAND, ONLY, OWN, RECENT, TRUST, UNION, Won
from rapport.customers.models import BY_HAND, Customer, Identifier, SourceRecord
from rapport.customers.own import names_of
from rapport.customers.veil import hidden_columns, thinned, veiled
from rapport.fields.models import declared, living
from rapport.fields.seen import declared_to
from rapport.fields.sensitivity import MASK
from rapport.fields.words import in_words
from rapport.identity.choose import CHOOSABLE
from rapport.identity.merge import Preview, preview
from rapport.people.models import Team, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The owner's team and the tags are worked out, the other fields are taken from one source as they are.
FIELDS = (
    *("name", "first_name", "last_name", "street", "postcode", "city", "region", "country", "language", "time_zone"),
    *("website", "tags", "owner", "team"),
)
REASONS: "Mapping[str, StrOrPromise]" = {
    ONLY: _("the only one that says so"),
    HAND: _("written by hand"),
    TRUST: _("the most trusted source"),
    RECENT: _("the most recent"),
    UNION: _("all tags together"),
}


@dataclass(frozen=True)
class Field:
    """One field of both records and of the result; ``why`` and ``source`` say where the result comes from."""

    name: str
    label: str
    stays: str
    goes: str
    result: str
    why: "StrOrPromise" = ""
    source: str = ""

    @property
    def values(self) -> tuple[str, str, str]:
        return self.stays, self.goes, self.result

    @property
    def differs(self) -> bool:
        """Whether the surviving record says something else after the merge."""
        return self.result != self.stays

    @property
    def open(self) -> bool:
        """Whether somebody may say which of the two is right."""
        return (self.name in CHOOSABLE or self.name.startswith(OWN)) and self.stays != self.goes


@dataclass(frozen=True)
class Comparison:
    """What a merge of ``goes`` into ``stays`` makes of both."""

    stays: Customer
    goes: Customer
    fields: tuple[Field, ...]
    identifiers: tuple[Identifier, ...]
    members: int


def compare(stays: Customer, goes: Customer, *, reader: User | None = None) -> Comparison:
    """The two beside each other. Raises MergeError as `merge` does."""
    result = preview(stays, goes)
    values = as_text(result.fields)
    wins = sources_of(result.fields)
    if reader:
        stays, goes = thinned((stays, goes), reader=reader)
        closed = hidden_columns(reader)
        values = {name: MASK if value and name in closed else value for name, value in values.items()}
    fields = (field(name, stays, goes, values.get(name, ""), result.fields.get(name), wins) for name in FIELDS)
    return Comparison(
        stays,
        goes,
        tuple(one for one in (*fields, *own_fields(stays, goes, result, wins, reader)) if any(one.values)),
        tuple(veiled(identifiers_of(goes), reader=reader) if reader else identifiers_of(goes)),
        result.members,
    )


def field(
    name: str, stays: Customer, goes: Customer, result: str, won: Won | None, sources: Mapping[int, str]
) -> Field:
    label = str(LABELS[name])
    sides = written(getattr(stays, name)), written(getattr(goes, name))
    if won is None:
        return Field(name, label, *sides, result)
    source = sources.get(won.record_id, "")
    return Field(name, label, *sides, result, REASONS[won.why], "" if source == BY_HAND else source)


def own_fields(
    stays: Customer, goes: Customer, result: Preview, sources: Mapping[int, str], reader: User | None
) -> Iterator[Field]:
    """The organisation's own fields that are kept; formulas follow from them."""
    fields = [one for one in living(declared_to(reader) if reader else declared()) if not one.computed]
    names = names_of(fields, [stays.extra, goes.extra], reader=reader)
    for one in fields:
        won = result.fields.get(one.claim)
        source = sources.get(won.record_id, "") if won else ""
        values = (stays.extra.get(one.key), goes.extra.get(one.key), won.value if won else None)
        stood, came, becomes = (in_words(one, value, names) for value in values)
        why = REASONS[won.why] if won else ""
        yield Field(one.claim, one.label, stood, came, becomes, why, "" if source == BY_HAND else source)


def written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def as_text(fields: Mapping[str, Won]) -> dict[str, str]:
    """The result as `compute` would write it, and a person would read it."""
    values = {name: written(won.value) for name, won in fields.items()}
    values["name"] = values.get("name") or NAMELESS
    owner, team = Places.now().whose(values.get("owner", ""), values.get("team", ""))
    values["owner"] = written(User.objects.filter(pk=owner or 0).first())
    values["team"] = written(Team.objects.filter(pk=team or 0).first())
    return values


def sources_of(fields: Mapping[str, Won]) -> dict[int, str]:
    ids = {won.record_id for won in fields.values()}
    return dict(SourceRecord.objects.filter(pk__in=ids).values_list("pk", "source"))


def identifiers_of(customer: Customer) -> QuerySet[Identifier]:
    return Identifier.objects.filter(member__customer=customer).order_by("kind", "pk")
