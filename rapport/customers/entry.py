"""The control for a field of the organisation's own, in a form or in place."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.customers.own import People
from rapport.fields.models import CustomField, Type
from rapport.fields.read import UnfitError, Value, read
from rapport.fields.words import Names, in_words
from rapport.ui.templatetags.ui import locale

QUIET = {"autocomplete": "off"}


class Entry(forms.Field):
    """Reads and shows a value by the type of its field; a choice that was retired stays while it is there."""

    def __init__(self, field: CustomField, people: People, now: Value | None, names: Names, *, compact: bool) -> None:
        self.own, self.manner, self.now, self.names = field, people.manner(), now, names
        self.several = field.type == Type.CHOICES and not compact
        super().__init__(
            label=field.label,
            required=field.required,
            help_text=field.hint or self.example(compact=compact),
            widget=control(field, people, now, compact=compact),
            show_hidden_initial=True,
        )
        if self.several:
            self.hidden_widget = forms.MultipleHiddenInput

    def example(self, *, compact: bool) -> Any:
        if self.own.type == Type.CHOICES and compact:
            known = ", ".join(one.label for one in self.own.options if not one.retired)
            return _("Separated by commas: %(known)s") % {"known": known}
        return EXAMPLES.get(Type(self.own.type), "")

    def prepare_value(self, value: Any) -> Any:
        """A kept value as the control shows it; what was typed stays as it was."""
        if value is None or (isinstance(value, str) and self.own.type not in {Type.TEXT, Type.LINK, Type.CHOICE}):
            return value
        match self.own.type, value:
            case Type.FLAG, bool():
                return "yes" if value else "no"
            case Type.CHOICES, list():
                return value if self.several else in_words(self.own, value, self.names)
            case Type.CUSTOMER, int():
                name = self.names.get((Type.CUSTOMER.value, value))
                return f"{name} ({value})" if name else str(value)
            case Type.NUMBER | Type.MONEY, _:
                return as_typed(value)
        return value

    def to_python(self, value: Any) -> Value | None:
        if value == self.now or value == self.prepare_value(self.now):
            return self.now
        try:
            return read(self.kept(), value, self.manner)
        except UnfitError as problem:
            raise ValidationError(str(problem)) from problem

    def kept(self) -> CustomField:
        """The field, with the retired choices that are held now still open."""
        held = self.now if isinstance(self.now, list) else [self.now]
        if not any(retired and key in held for key, _label, retired in self.own.choices):
            return self.own
        choices = [[key, label, retired and key not in held] for key, label, retired in self.own.choices]
        return CustomField(key=self.own.key, type=self.own.type, choices=choices)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """``initial`` is a value already."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


EXAMPLES = {
    Type.MONEY: _("Such as 1200 EUR."),
    Type.CUSTOMER: _("The name, or the number in the address of the page."),
}


def as_typed(value: Any) -> str:
    """A number as whoever reads this language may type it again."""
    if isinstance(value, dict):
        return f"{as_typed(value.get('amount'))} {value.get('currency')}"
    number = Decimal(str(value))
    return str(format_decimal(number, "0.###############", locale=locale(), decimal_quantization=False))


def control(field: CustomField, people: People, now: Value | None, *, compact: bool) -> forms.Widget:  # noqa: PLR0911 - a line per type reads best
    held = now if isinstance(now, list) else [now]
    options = [(one.key, one.label) for one in field.options if not one.retired or one.key in held]
    match field.type:
        case Type.CHOICE:
            return forms.Select(choices=[("", "–"), *options])
        case Type.CHOICES if not compact:
            return forms.CheckboxSelectMultiple(choices=options)
        case Type.FLAG:
            return forms.Select(choices=[("", "–"), ("yes", _("yes")), ("no", _("no"))])
        case Type.USER:
            return forms.Select(choices=[("", _("nobody")), *((pk, name) for pk, name, _email in people.users)])
        case Type.DATE:
            return forms.DateInput(attrs={**QUIET, "type": "date"})
        case Type.NUMBER:
            return forms.TextInput(attrs={**QUIET, "inputmode": "decimal"})
    return forms.TextInput(attrs=QUIET)


def entries(
    fields: Sequence[CustomField], people: People, now: dict[str, Value], names: Names, *, compact: bool = False
) -> dict[str, Entry]:
    """A control for each field that is written, by its name."""
    return {
        one.name: Entry(one, people, now.get(one.key), names, compact=compact) for one in fields if not one.computed
    }
