"""What is asked of a processing activity."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext

from rapport.people.duty_forms import DAY, colleagues
from rapport.people.unit import Unit
from rapport.privacy.dictionary_declared import about, models_by_table
from rapport.privacy.register import Activity
from rapport.trail.choices import called
from rapport.ui.grouped import Grouped


class ActivityForm(forms.ModelForm):  # type: ignore[type-arg]
    tables = forms.MultipleChoiceField(required=False, widget=Grouped)

    class Meta:
        model = Activity
        fields = (
            *("name", "purpose", "basis", "persons", "data", "tables", "recipients", "transfers", "keeps"),
            *("security", "unit", "owner", "review_on", "ended_on"),
        )
        widgets: ClassVar = {
            "purpose": forms.Textarea({"rows": 3}),
            "security": forms.Textarea({"rows": 3}),
            "review_on": forms.DateInput(DAY, format="%Y-%m-%d"),
            "ended_on": forms.DateInput(DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        tables, unit, owner = self.fields["tables"], self.fields["unit"], self.fields["owner"]
        if isinstance(tables, forms.MultipleChoiceField):
            tables.choices, tables.label = table_choices(), gettext("In the data dictionary")
        if isinstance(unit, forms.ModelChoiceField):
            unit.queryset, unit.empty_label = Unit.objects.order_by("name"), gettext("none")
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset, owner.empty_label = colleagues(), gettext("nobody")


def table_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every table that leads to persons, by what it is called, under the room that keeps it."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for table, model in models_by_table().items():
        if about(table):
            rooms.setdefault(str(called(model._meta.app_label)), []).append((table, title_of(table)))  # noqa: SLF001
    ordered = sorted(rooms.items(), key=lambda one: one[0].casefold())
    return [(room, sorted(tables, key=lambda one: one[1].casefold())) for room, tables in ordered]


def title_of(table: str) -> str:
    """What a table is called; its own name where the dictionary has it no more."""
    model = models_by_table().get(table)
    return capfirst(str(model._meta.verbose_name)) if model else table  # noqa: SLF001
