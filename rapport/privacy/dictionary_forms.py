"""What is asked of a column of the data dictionary."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from rapport.customers.veil import HIDEABLE
from rapport.fields.seen import COLUMN as OWN
from rapport.fields.seen import TABLE as CUSTOMERS
from rapport.fields.sensitivity import SEEN_WITH
from rapport.privacy.dictionary import Entry
from rapport.privacy.dictionary_read import Line

ASKED = ("purpose", "basis", "keeps", "level", "source")


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Entry
        fields: ClassVar = ASKED

    def clean_level(self) -> str:
        """What everybody finds a customer by is not covered, so it is not called so sensitive that it would have to be."""
        level, column = str(self.cleaned_data["level"]), self.instance.column
        open_to_all = column not in HIDEABLE and not column.startswith(f"{OWN}.")
        if level in set(SEEN_WITH) and self.instance.table == CUSTOMERS and open_to_all:
            raise forms.ValidationError(_("Whoever sees a customer sees this; it cannot be covered."))
        return level


def form_for(line: Line, data: Mapping[str, Any] | None = None) -> EntryForm:
    """Begins with what holds; what stays as Rapport says it by itself is not written down."""
    entry = line.said or Entry(table=line.table, column=line.column)
    return EntryForm(data, instance=entry, initial={name: str(getattr(line, name)) for name in ASKED})
