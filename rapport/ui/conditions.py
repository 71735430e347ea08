"""Conditions of a list in words: all of them hold, and of a group's all, any or none; the address says them readably."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.http import QueryDict
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# `any1.city=Lisboa`: one of the conditions of which any has to hold.
GROUP = re.compile(r"(all|any|none)([1-9])")
MOST_CONDITIONS = 30
MOST_VALUES = 50
LONGEST_VALUE = 200
HELD = "yes"
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Part:
    """One thing that an operator asks for. ``kind`` is text, number, date, when (days, or a day) or choice."""

    kind: str = "text"
    label: "StrOrPromise" = ""
    choices: Callable[[], Choices] | None = None
    hint: "StrOrPromise" = ""


@dataclass(frozen=True)
class Operator:
    """How a field is asked. With one part it takes several values, with more one of each.

    ``where`` takes them and raises ValueError for what it does not understand. ``sentence`` says %(label)s and
    %(value)s, then %(second)s and %(third)s.
    """

    name: str
    label: "StrOrPromise"
    sentence: "StrOrPromise"
    where: Callable[[list[str]], Q]
    parts: tuple[Part, ...] = (Part(),)
    every: bool = False


@dataclass(frozen=True)
class Filter:
    """A field that conditions are about; ``said`` is how it is called within a sentence."""

    name: str
    label: "StrOrPromise"
    operators: tuple[Operator, ...]
    said: "StrOrPromise" = ""

    def operator(self, name: str) -> Operator | None:
        return next((one for one in self.operators if one.name == name), None)


@dataclass(frozen=True)
class Condition:
    """A condition that makes sense; ``labels`` tells what its values are called."""

    filter: Filter
    operator: Operator
    values: tuple[str, ...]
    labels: Mapping[str, str]

    @property
    def name(self) -> str:
        """As the address calls it."""
        return f"{self.filter.name}.{self.operator.name}" if self.operator.name else self.filter.name

    @property
    def text(self) -> str:
        """As the address says it."""
        if not self.operator.parts:
            return HELD
        return (",", "/")[len(self.operator.parts) > 1].join(self.values)

    @property
    def where(self) -> Q:
        return self.operator.where(list(self.values))

    @property
    def is_turned(self) -> bool:
        """That it begins after its end, so that nothing can lie between."""
        if self.operator.name != "between":
            return False
        begin, end = self.values
        if self.operator.parts[0].kind == "date":
            return begin > end
        try:
            return Decimal(begin) > Decimal(end)
        except InvalidOperation:
            return False

    @property
    def words(self) -> str:
        """The condition as a sentence."""
        said = [self.labels.get(value, value) for value in self.values]
        if len(self.operator.parts) < 2:  # noqa: PLR2004
            glue = _(" and ") if self.operator.every else _(" or ")
            said = [glue.join(said)]
        names = ("value", "second", "third")
        told = dict(zip(names, said, strict=False))
        return str(self.operator.sentence) % {"label": str(self.filter.said or self.filter.label), **told}


@dataclass(frozen=True)
class Group:
    """Conditions of which all, any or none hold."""

    how: str
    conditions: tuple[Condition, ...]

    @property
    def where(self) -> Q:
        each = [one.where for one in self.conditions]
        if self.how == "all":
            return reduce(and_, each)
        return reduce(or_, each) if self.how == "any" else hold_not(reduce(or_, each))

    @property
    def words(self) -> str:
        said = [one.words for one in self.conditions]
        if self.how == "all":
            return "({})".format(_(" and ").join(said))
        if self.how == "any":
            return "({})".format(_(" or ").join(said))
        return _("none of: %(conditions)s") % {"conditions": "; ".join(said)}


def hold_not(condition: Q) -> Q:
    """Does not hold, be it false or unknown."""
    return Q(Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField()))  # noqa: FBT003


@dataclass
class Tree:
    """What an address asks for. ``left_out`` made no sense, ``withheld`` is not for its reader; ``refused`` says why nothing of it is answered."""

    conditions: list[Condition] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    withheld: "dict[str, StrOrPromise]" = field(default_factory=dict)
    refused: str = ""

    def __bool__(self) -> bool:
        return bool(self.conditions or self.groups)

    @property
    def where(self) -> Q:
        each = [*(one.where for one in self.conditions), *(one.where for one in self.groups.values())]
        return reduce(and_, each, Q())

    @property
    def turned(self) -> list[Condition]:
        grouped = (one for group in self.groups.values() for one in group.conditions)
        return [one for one in (*self.conditions, *grouped) if one.is_turned]

    @property
    def not_for_you(self) -> "list[StrOrPromise]":
        return list(dict.fromkeys(self.withheld.values()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Names and texts for an address, groups numbered anew."""
        yield from ((one.name, one.text) for one in self.conditions)
        for number, group in enumerate(self.groups.values(), 1):
            yield from ((f"{group.how}{number}.{one.name}", one.text) for one in group.conditions)


def read_tree(
    filters: Sequence[Filter], query: QueryDict, closed: "Mapping[str, StrOrPromise]" = MappingProxyType({})
) -> Tree:
    """Read the conditions of an address; other parameters of it are none of ours. ``closed`` fields are not for its reader."""
    tree, known, choices = Tree(), {one.name: one for one in filters}, Known()
    for name, texts in query.lists():
        *way, rest = split(name)
        if rest[0] in closed:
            tree.names.add(name)
            tree.withheld[name] = closed[rest[0]]
            continue
        if not way and rest[0] not in known:
            continue
        tree.names.add(name)
        if len(way) > 1:
            tree.refused = _("Groups of conditions can't stand in one another.")
            continue
        for text in texts:
            add(tree, way[0] if way else "", known.get(rest[0]), rest, text, choices)
    if sum(1 for _pair in tree.pairs()) > MOST_CONDITIONS:
        tree.refused = _("A list takes no more than %(number)d conditions.") % {"number": MOST_CONDITIONS}
    return tree


def split(name: str) -> Iterator[Any]:
    """The groups that a parameter's name stands in, then what is left of it."""
    rest = name.split(".")
    while len(rest) > 1 and GROUP.fullmatch(rest[0]):
        yield rest.pop(0)
    yield rest


def add(tree: Tree, group: str, one: Filter | None, rest: list[str], text: str, choices: "Known") -> None:
    if not text.strip():
        return
    operator = one.operator(rest[1] if len(rest) > 1 else "") if one and len(rest) <= 2 else None  # noqa: PLR2004
    found = condition(one, operator, text, choices) if one and operator else None
    if found is None:
        tree.left_out.append(f"{'.'.join(rest)}={text}"[:LONGEST_VALUE])
    elif group:
        before = tree.groups.get(group, Group(group[:-1], ()))
        tree.groups[group] = Group(before.how, (*before.conditions, found))
    else:
        tree.conditions.append(found)


class Known(dict[Any, Choices]):
    """Choices that were read once for a page."""

    def of(self, part: Part) -> Choices:
        if part.choices is None:
            return ()
        if part.choices not in self:
            self[part.choices] = tuple(part.choices())
        return self[part.choices]


def condition(one: Filter, operator: Operator, text: str, choices: Known) -> Condition | None:
    """None when the values make no sense."""
    values = values_of(operator, text)
    if values is None:
        return None
    labels: dict[str, str] = {}
    parts = operator.parts if len(operator.parts) > 1 else operator.parts * len(values)
    for part, value in zip(parts, values, strict=True):
        known = dict(choices.of(part))
        if part.choices and value not in known:
            return None
        labels[value] = known.get(value) or spoken(part, value)
    try:
        operator.where(list(values))
    except (ValueError, OverflowError):
        return None
    return Condition(one, operator, values, labels)


def values_of(operator: Operator, text: str) -> tuple[str, ...] | None:
    """The values in a text, as many as the operator takes."""
    text = text.replace("\x00", "")
    if not operator.parts:
        return ()
    parts = text.split("," if len(operator.parts) == 1 else "/")
    values = tuple(part.strip() for part in parts)
    if len(operator.parts) > 1:
        return values if len(values) == len(operator.parts) and all(values) else None
    values = tuple(dict.fromkeys(filter(None, values)))
    too_much = len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values)
    return values if values and not too_much else None


def spoken(part: Part, value: str) -> str:
    """A value as it stands in a sentence."""
    if part.kind != "when":
        return value
    return (_("in the last %(days)s days") if value.isdigit() else _("since %(days)s")) % {"days": value}
