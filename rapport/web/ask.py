"""The form that the public sees: its fields, what was filled in, and the token that says when it was shown."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.consent.ways import Way, key_of
from rapport.fields.models import CHOOSING, CustomField, Type, declared, living
from rapport.fields.read import UnfitError, Value, read
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.web.agreements import MISSING, Ticked, boxes_of
from rapport.web.models import WebForm

NAME, EMAIL, PHONE, COMPANY, MESSAGE = "name", "email", "phone", "company", "message"
USUAL = {NAME: _("Your name"), EMAIL: _("E-mail"), PHONE: _("Phone"), COMPANY: _("Company"), MESSAGE: _("Message")}
FILLED_IN = {NAME: "name", EMAIL: "email", PHONE: "tel", COMPANY: "organization"}
# Bots fill in whatever has a name; people do not see it.
TRAP, TOKEN, VISITOR, CONSENT, QUESTION, AGREE = "homepage2", "token", "visitor", "consent", "q", "agree-"
OWN = (Type.TEXT, Type.NUMBER, Type.DATE, Type.CHOICE, Type.FLAG, Type.LINK)
SALT = "rapport web form"
QUICKEST, OLDEST = 2, 24 * 3600
LONGEST, LONGEST_MESSAGE = 400, 10_000


def own_fields() -> list[CustomField]:
    """The organisation's fields that a stranger may be asked for."""
    return [one for one in living(declared()) if one.type in OWN]


class PublicForm(forms.Form):
    """What ``form`` asks. Nothing it says is believed: it is read, and stays what somebody sent."""

    def __init__(self, sent: Any, form: WebForm) -> None:
        super().__init__(sent)
        self.own = {one.name: one for one in own_fields() if one.name in form.asked}
        for name, label in USUAL.items():
            if name in form.asked:
                self.fields[name] = usual(name, str(label), required=form.asked[name])
        for name, field in self.own.items():
            self.fields[name] = own(field, required=form.asked[name])
        for place, question in enumerate(form.questions):
            self.fields[f"{QUESTION}{place}"] = forms.CharField(
                label=question, max_length=LONGEST_MESSAGE, required=False
            )
        if form.consent:
            self.fields[CONSENT] = forms.BooleanField(label=form.consent, required=False)
        self.boxes = boxes_of(form)
        for box in self.boxes:
            self.fields[box.name] = forms.BooleanField(label=box.wording.text, required=False)

    def clean_email(self) -> str:
        email = str(self.cleaned_data[EMAIL]).strip()
        if email:
            try:
                normalise("email", email)
            except NotAnIdentifier as problem:
                raise ValidationError(_("This is no e-mail address.")) from problem
        return email

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, field in self.own.items():
            try:
                if said.get(name):
                    read(field, said[name])
            except UnfitError as problem:
                self.add_error(name, str(problem))
        for box in self.boxes:
            if said.get(box.name) and box.way.value not in self.errors:
                self.check_address(box.way, str(said.get(box.way.value, "")))
        return said

    def check_address(self, way: Way, address: str) -> None:
        """Whoever agrees to be reached somewhere says where."""
        if not address:
            self.add_error(way.value, str(MISSING[way]))
        elif key_of(address, way) is None:
            self.add_error(way.value, _("Write it with its country code, such as +351 912 345 678."))

    def ticked(self) -> list[Ticked]:
        said = self.cleaned_data
        return [Ticked(box, str(said[box.way.value])) for box in self.boxes if said.get(box.name)]

    @property
    def is_of_other_words(self) -> bool:
        """Whether a box was ticked that stands no longer there: its words changed since the form was shown."""
        return any(name.startswith(AGREE) and name not in self.fields for name in self.data)

    def values(self) -> dict[str, Value]:
        """What was said of the organisation's own fields, by claim."""
        told = {field.claim: read(field, self.cleaned_data.get(name) or None) for name, field in self.own.items()}
        return {claim: value for claim, value in told.items() if value is not None}

    def lines(self) -> list[tuple[str, str]]:
        """Label and value of all that was filled in."""
        said = self.cleaned_data
        return [
            (str(field.label), str(said[name]))
            for name, field in self.fields.items()
            if name != CONSENT and not name.startswith(AGREE) and said.get(name)
        ]


def usual(name: str, label: str, *, required: bool) -> forms.Field:
    if name == MESSAGE:
        widget: forms.Widget = forms.Textarea(attrs={"rows": 5})
        return forms.CharField(label=label, required=required, max_length=LONGEST_MESSAGE, widget=widget)
    attributes = {"autocomplete": FILLED_IN[name]} | ({"inputmode": "email"} if name == EMAIL else {})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=forms.TextInput(attrs=attributes))


def own(field: CustomField, *, required: bool) -> forms.Field:
    if field.type in CHOOSING:
        choices = [("", "—"), *((one.key, one.label) for one in field.options if not one.retired)]
        return forms.ChoiceField(label=field.label, required=required, choices=choices)
    if field.type == Type.FLAG:
        return forms.ChoiceField(
            label=field.label, required=required, choices=[("", "—"), ("yes", _("Yes")), ("no", _("No"))]
        )
    kind = {Type.DATE: "date", Type.NUMBER: "text"}.get(Type(field.type), "text")
    return forms.CharField(
        label=field.label, required=required, max_length=1_000, widget=forms.TextInput(attrs={"type": kind})
    )


@dataclass(frozen=True)
class Shown:
    """What a token says: of which showing of the form it is, and whether a person could have filled it in since."""

    nonce: str
    why: str = ""

    def __bool__(self) -> bool:
        return not self.why


def new_token(form: WebForm) -> str:
    return signing.dumps([form.key, secrets.token_urlsafe(12)], salt=SALT)


def shown(form: WebForm, token: str) -> Shown:
    try:
        key, nonce = signing.loads(token[:500], salt=SALT, max_age=OLDEST)
    except (signing.BadSignature, ValueError, TypeError):
        return Shown("", "no token")
    if key != form.key:
        return Shown("", "a token of another form")
    try:
        signing.loads(token[:500], salt=SALT, max_age=QUICKEST)
    except signing.SignatureExpired:
        return Shown(nonce)
    return Shown("", "too quick")


def is_trapped(sent: Mapping[str, str]) -> bool:
    return bool(sent.get(TRAP))
