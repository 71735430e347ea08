"""What is asked of a new customer."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rapport.customers.forms import DetailsForm, identity_of
from rapport.customers.golden import FIELDS
from rapport.customers.models import BY_HAND, Identifier, Kind
from rapport.customers.records import RecordIn, claims
from rapport.fields.models import About
from rapport.lib.identifiers import Identity

MOST = 20
IDENTIFYING = {"emails": Identifier.Kind.EMAIL, "phones": Identifier.Kind.PHONE}
ORDER = (
    "kind",
    "name",
    "emails",
    "phones",
    "street",
    "postcode",
    "city",
    "country",
    "owner",
    "team",
    "language",
    "tags",
)


class NewCustomerForm(DetailsForm):
    """A new customer with its first addresses and numbers."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.PERSON, widget=forms.RadioSelect)
    emails = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=4_000,
        help_text=_("Several: one in each line."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    phones = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=1_000,
        help_text=_("Several: one in each line."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    field_order = ORDER

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("first_name", "last_name", "region", "time_zone", "website"):
            del self.fields[name]
        for field in self.fields.values():
            field.show_hidden_initial = False
        for one in self.own.values():
            if one.own.about != About.ALL:
                one.required = False
        for name in ("name", *IDENTIFYING):
            self.fields[name].widget.attrs.update(told_below(name))

    def clean(self) -> dict[str, Any]:
        """What is about one kind of customers is asked of that kind only; what was typed there before stays out of it."""
        said = super().clean() or self.cleaned_data
        for name, one in self.own.items():
            if "kind" in said and not one.own.is_about(said["kind"]):
                said[name] = None
                self.errors.pop(name, None)
            elif one.own.required and said.get(name) is None and name not in self.errors:
                self.add_error(name, one.error_messages["required"])
        return said

    def clean_emails(self) -> list[Identity]:
        return self.identities("emails", Identifier.Kind.EMAIL)

    def clean_phones(self) -> list[Identity]:
        return self.identities("phones", Identifier.Kind.PHONE)

    def identities(self, name: str, kind: Identifier.Kind) -> list[Identity]:
        lines = lines_of(str(self.cleaned_data[name]))
        if len(lines) > MOST:
            raise ValidationError(_("These are too many for one customer."))
        return [identity_of(kind, line) for line in lines]

    def record(self) -> RecordIn:
        """What was typed, as a record of the source "by hand"."""
        said = {name: self.said(name) for name in FIELDS if name in self.fields}
        said |= {one.own.claim: self.cleaned_data[name] for name, one in self.own.items()}
        unique = {one.proof: one for one in (*self.cleaned_data["emails"], *self.cleaned_data["phones"])}
        kind = Kind(self.cleaned_data["kind"])
        return RecordIn(BY_HAND, f"new:{uuid4()}", kind, claims(said), tuple(unique.values()))


def told_below(name: str) -> dict[str, str]:
    """What lets the field ask, while it is typed, whom we know like that."""
    return {
        "hx-get": reverse("similar-customers"),
        "hx-trigger": "input changed delay:300ms",
        "hx-include": "[name=kind]",
        "hx-target": f"#similar-{name}",
        "hx-sync": "this:replace",
    }


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def readable(kind: Identifier.Kind, text: str) -> list[Identity]:
    """The addresses or numbers in ``text``; what is not whole yet is left out."""
    found = []
    for line in lines_of(text)[:MOST]:
        try:
            found.append(identity_of(kind, line))
        except ValidationError:
            continue
    return found
