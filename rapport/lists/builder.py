"""The builder of conditions: the rows of its form, and the address that a form sent back means."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from rapport.ui.conditions import HELD, MOST_CONDITIONS, Choices, Condition, Filter, Known, Operator, Part, Tree

MANY = 1_000_000
GROUPS = 9
SENT = re.compile(r"c(\d{1,7})\.(field|operator|value|group)")
HOWS = (("any", gettext_lazy("any of")), ("all", gettext_lazy("all of")), ("none", gettext_lazy("none of")))


@dataclass(frozen=True)
class Control:
    """What is filled in for one part of an operator."""

    part: Part
    value: str
    choices: Choices


@dataclass(frozen=True)
class Draft:
    """A row of the builder; ``number`` keeps its controls together in the form."""

    number: int
    group: str
    filters: Sequence[Filter]
    filter: Filter
    operator: Operator
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Stack:
    """The rows of a group; the first one, without a key, holds what always has to hold."""

    key: str
    how: str
    drafts: tuple[Draft, ...]


def stacks(filters: Sequence[Filter], tree: Tree) -> tuple[Stack, ...]:
    """What the address says as rows to change, and a first row when it says nothing."""
    numbers, known = iter(range(MANY)), Known()
    groups = [("", "all", tuple(tree.conditions))]
    groups += [(f"g{number}", one.how, one.conditions) for number, one in enumerate(tree.groups.values(), 1)]
    return tuple(
        Stack(key, how, tuple(draft(next(numbers), key, filters, one, known) for one in conditions or (None,)))
        for key, how, conditions in groups
        if conditions or not tree
    )


def draft(number: int, group: str, filters: Sequence[Filter], one: Condition | None, known: Known) -> Draft:
    if one is None:
        return empty_draft(number, group, filters, {}, known)
    values = one.values if len(one.operator.parts) > 1 else (",".join(one.values),) * len(one.operator.parts)
    controls = tuple(
        Control(part, value, known.of(part)) for part, value in zip(one.operator.parts, values, strict=True)
    )
    return Draft(number, group, filters, one.filter, one.operator, controls)


def empty_draft(number: int, group: str, filters: Sequence[Filter], asked: Mapping[str, str], known: Known) -> Draft:
    """A row for the field and operator that are asked for, still to be filled in; what was written already stays."""
    chosen, operator = asked_for(filters, asked)
    written = asked.get("value", "") if "keep" in asked else ""
    controls = tuple(
        Control(part, "" if place or known.of(part) else written, known.of(part))
        for place, part in enumerate(operator.parts)
    )
    return Draft(number, group, filters, chosen, operator, controls)


def asked_for(filters: Sequence[Filter], query: Mapping[str, str]) -> tuple[Filter, Operator]:
    """The field and the operator that a row now shows; the first where they do not fit."""
    chosen = next((one for one in filters if one.name == query.get("field")), filters[0])
    return chosen, chosen.operator(query.get("operator", "")) or chosen.operators[0]


def meant(filters: Sequence[Filter], sent: QueryDict) -> str:
    """The query string that a form of rows means: what it does not know of is carried along."""
    rows: dict[str, dict[str, list[str]]] = {}
    rest: list[tuple[str, str]] = []
    for name, values in sent.lists():
        row = SENT.fullmatch(name)
        if row:
            rows.setdefault(row[1], {})[row[2]] = values
        elif not re.fullmatch(r"g\d+\.how", name):
            rest += [(name, value) for value in values if value]
    pairs = list(pairs_of(filters, rows, sent))[: MOST_CONDITIONS + 1]
    return urlencode([*pairs, *rest], safe="/:,")


def pairs_of(
    filters: Sequence[Filter], rows: Mapping[str, Mapping[str, Sequence[str]]], sent: QueryDict
) -> Iterator[tuple[str, str]]:
    known, numbers = {one.name: one for one in filters}, dict[str, int]()
    for row in rows.values():
        one = known.get("".join(row.get("field", ())[:1]))
        operator = one.operator("".join(row.get("operator", ())[:1])) if one else None
        if one is None or operator is None:
            continue
        values = [value.strip() for value in row.get("value", ())]
        text = (",", "/")[len(operator.parts) > 1].join(values) if operator.parts else HELD
        if not all(values) or not text:
            continue
        name = f"{one.name}.{operator.name}" if operator.name else one.name
        group = "".join(row.get("group", ())[:1])
        if group:
            how = sent.get(f"{group}.how", "")
            number = numbers.setdefault(group, len(numbers) + 1)
            name = f"{how if how in dict(HOWS) else 'any'}{min(number, GROUPS)}.{name}"
        yield name, text
