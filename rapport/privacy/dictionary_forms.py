"""What is asked of a column of the data dictionary."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from rapport.privacy.dictionary import Entry
from rapport.privacy.dictionary_read import Line

ASKED = ("purpose", "basis", "keeps", "level", "source")


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Entry
        fields: ClassVar = ASKED


def form_for(line: Line, data: Mapping[str, Any] | None = None) -> EntryForm:
    """Begins with what holds; what stays as Rapport says it by itself is not written down."""
    entry = line.said or Entry(table=line.table, column=line.column)
    return EntryForm(data, instance=entry, initial={name: str(getattr(line, name)) for name in ASKED})
