"""What is asked of a field when it is declared or changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.fields.declare import Wish
from rapport.fields.models import CHOOSING, About, CustomField, Type
from rapport.lib.names import clean
from rapport.lib.numbers import read_currency

CALLED, GONE = "called-", "gone-"


class FieldForm(forms.Form):
    """One field. Its type decides what is asked; a choice there was can be called otherwise or retired."""

    label = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    about = forms.ChoiceField(label=_("About"), choices=About.choices)
    formula = forms.CharField(
        label=_("Formula"),
        max_length=500,
        help_text=_(
            "Fields by their key, numbers, “texts”, + - * / = < >, if(…, …, …), days_since(…), round(…), concat(…)."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    currency = forms.CharField(
        label=_("Usual currency"),
        max_length=10,
        required=False,
        help_text=_("Taken where none is written, such as EUR."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    more = forms.CharField(
        label=_("Choices"),
        max_length=10_000,
        required=False,
        help_text=_("One in each line."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    hint = forms.CharField(
        label=_("Help"),
        max_length=200,
        required=False,
        help_text=_("One line below the field, for whoever fills it in."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    group = forms.CharField(
        label=_("Group"),
        max_length=60,
        required=False,
        help_text=_("Fields of one group stand together on a card of their own on the customer page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "groups"}),
    )
    required = forms.BooleanField(
        label=_("Required"),
        required=False,
        help_text=_("Asked of people; what other systems send is taken without it."),
    )

    def __init__(self, sent: Any, kind: str, field: CustomField | None = None) -> None:
        super().__init__(sent, initial=shown(field) if field else {})
        self.field = field
        for name, kinds in ASKED.items():
            if kind not in kinds:
                del self.fields[name]
        for one in field.options if field else ():
            words = {"label": one.label}
            self.fields[CALLED + one.key] = forms.CharField(
                label=_("Choice “%(label)s”") % words, max_length=100, initial=one.label
            )
            self.fields[GONE + one.key] = forms.BooleanField(
                label=_("“%(label)s” is retired: it stays readable and is no longer offered") % words,
                required=False,
                initial=one.retired,
            )
        if field and "more" in self.fields:
            self.fields["more"].label = _("More choices")
        held = [name for name in self.fields if name.startswith((CALLED, GONE))]
        self.order_fields(["label", "about", "formula", "currency", *held, "more", "hint", "group", "required"])

    def clean_label(self) -> str:
        return clean(self.cleaned_data["label"])

    def clean_group(self) -> str:
        return clean(self.cleaned_data["group"])

    def clean_currency(self) -> str:
        said = str(self.cleaned_data["currency"]).strip()
        if said and not read_currency(said):
            raise ValidationError(_("There is no such currency."))
        return read_currency(said)

    def clean_more(self) -> list[str]:
        lines = [clean(line) for line in str(self.cleaned_data["more"]).splitlines()]
        if any(len(line) > 100 for line in lines):  # noqa: PLR2004 - as the other texts
            raise ValidationError(_("A choice has at most 100 characters."))
        return list(dict.fromkeys(filter(None, lines)))

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(
            said["label"],
            said["about"],
            said["hint"],
            bool(said.get("required")),
            said.get("currency", ""),
            said.get("formula", ""),
            said["group"],
        )

    def choices(self) -> list[tuple[str, str, bool]]:
        """Those there were, as they are to be."""
        said = self.cleaned_data
        options = self.field.options if self.field else ()
        return [(one.key, clean(said[CALLED + one.key]), said[GONE + one.key]) for one in options]

    def more_choices(self) -> list[str]:
        return self.cleaned_data.get("more") or []


# What is asked of some types only.
ASKED = {
    "formula": {Type.FORMULA},
    "currency": {Type.MONEY},
    "more": CHOOSING,
    "required": set(Type) - {Type.FORMULA},
}


def shown(field: CustomField) -> dict[str, object]:
    names = ("label", "about", "hint", "group", "required", "currency", "formula")
    return {name: getattr(field, name) for name in names}
