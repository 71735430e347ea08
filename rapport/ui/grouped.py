"""Boxes to tick under headings, of which there are too many to read: each group opens, and a word finds what fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget


class Grouped(forms.CheckboxSelectMultiple):
    """For choices that are given in groups; drawn by `ui/grouped.html`."""


@dataclass(frozen=True)
class Group:
    title: str
    boxes: tuple[BoundWidget, ...]

    @property
    def ticked(self) -> int:
        return sum(bool(one.data["selected"]) for one in self.boxes)


def groups_of(field: BoundField) -> list[Group]:
    """The boxes of a field under the headings of its choices."""
    boxes = {str(one.data["value"]): one for one in field.subwidgets}
    choices: Iterable[tuple[str, Iterable[tuple[Any, Any]]]] = field.field.choices  # type: ignore[attr-defined]
    return [Group(title, tuple(boxes[str(value)] for value, _label in some)) for title, some in choices]
