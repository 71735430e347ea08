"""A form that remembers what it showed: what somebody else has written since is not overwritten unseen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from rapport.customers.entry import Entry
from rapport.fields.words import in_words


class OpenedForm(forms.Form):
    """Its fields carry what they showed; ``initial`` is what stands there now. ``clashes`` are named once it is cleaned."""

    clashes: tuple[str, ...] = ()

    def before(self) -> list[SafeString]:
        """What each field showed when the page was made."""
        return [self[name].as_hidden(only_initial=True) for name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Name what somebody else wrote; sent once more, what was typed here wins."""
        given = super().clean() or self.cleaned_data
        self.clashes = tuple(name for name in self.changed_data if name in self.initial and self.moved(self[name]))
        for name in self.clashes:
            self.add_error(name, self.clash(name))
            self.show_as_now(self[name])
        return given

    def moved(self, shown: BoundField) -> bool:
        """Whether there stands neither what the form showed nor what was sent; unknown where that is not told."""
        if shown.html_initial_name not in self.data:
            return False
        field, now = shown.field, self.initial[shown.name]
        told = field.hidden_widget().value_from_datadict(self.data, self.files, shown.html_initial_name)
        try:
            before = field.to_python(told)
        except ValidationError:
            return True
        return field.has_changed(before, field.prepare_value(now)) and field.has_changed(now, shown.data)

    def show_as_now(self, shown: BoundField) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        now = shown.field.prepare_value(self.initial[shown.name])
        if isinstance(now, list):
            data.setlist(shown.html_initial_name, now)
        else:
            data[shown.html_initial_name] = "" if now is None else now
        self.data = data

    def clash(self, name: str) -> ValidationError:
        words = self.now_in_words(name)
        if not words:
            return ValidationError(_("Somebody has emptied this in the meantime. Save again to keep yours."))
        told = _("Somebody has written “%(value)s” here in the meantime. Save again to keep yours.")
        return ValidationError(told, params={"value": words})

    def now_in_words(self, name: str) -> str:
        field, now = self.fields[name], self.initial[name]
        if isinstance(field, Entry):
            return in_words(field.own, now, field.names)
        if isinstance(field, forms.ModelChoiceField):
            now = field.queryset.filter(pk=now).first() if field.queryset is not None else now
        return str(now or "")
