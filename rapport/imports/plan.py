"""How a file is to be read: its layout, what each column means, which rows count. Kept with each run, so it can be repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from rapport.imports.fields import Kind
from rapport.lib.layouts import Layout
from rapport.lib.moments import Order
from rapport.lib.numbers import Mark

REASON = "Rapport: why this row failed"


@dataclass(frozen=True, slots=True)
class Target:
    """A field and where it comes from: a column, or the same words for every row."""

    field: str
    column: str = ""
    constant: str = ""
    order: Order = "dmy"
    mark: Mark = "."


@dataclass(frozen=True, slots=True)
class Condition:
    """Only rows with ``value`` in ``column`` count; several values of one column are alternatives."""

    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Plan:
    """``owners`` are pairs of a colleague's id in the source and their e-mail address, empty for nobody."""

    kind: Kind
    source: str
    layout: Layout
    targets: tuple[Target, ...]
    where: tuple[Condition, ...] = ()
    key: str = ""
    zone: str = "UTC"
    owners: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that say something: a file of failed rows that comes back also says why they failed."""
        return tuple(column for column in self.layout.columns if column != REASON)

    def of(self, field: str) -> tuple[Target, ...]:
        return tuple(target for target in self.targets if target.field == field)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(target.field for target in self.targets)


@cache
def _shape() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def written(plan: Plan) -> dict[str, Any]:
    """``plan`` as JSON keeps it."""
    shaped = _shape().dump_python(plan, mode="json")
    if not isinstance(shaped, dict):
        message = "a plan is written as an object"
        raise TypeError(message)
    return shaped


def read(kept: Mapping[str, Any]) -> Plan:
    return _shape().validate_python(kept)
