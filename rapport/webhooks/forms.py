"""What is asked of a source of web requests."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.webhooks.declare import Wish
from rapport.webhooks.models import Becomes, Signed, Source
from rapport.webhooks.understand import FIELDS

HEADER = re.compile(r"[A-Za-z0-9-]*")
MAPPED = "path-"
PLAIN = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})


class SourceForm(forms.Form):
    """A source. The fields of what its requests become take a path each, or = and a constant."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Stands at all that comes from it."), widget=PLAIN
    )
    becomes = forms.ChoiceField(label=_("Each request becomes"), choices=Becomes.choices)
    signed = forms.ChoiceField(label=_("Signature"), choices=Signed.choices)
    header = forms.CharField(
        label=_("Header of the signature"),
        max_length=100,
        required=False,
        help_text=_("Empty: the usual one."),
        widget=PLAIN,
    )
    beginning = forms.CharField(
        label=_("Prefix of the signature"), max_length=40, required=False, help_text=_("Say, sha256=."), widget=PLAIN
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        help_text=_("As the sender shows it. Empty: the one there is, or a new one."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, sent: Any, source: Source | None = None, proposed: dict[str, str] | None = None) -> None:
        super().__init__(sent, initial=shown(source) if source else {})
        self.source = source
        for name in FIELDS[source.becomes] if source else ():
            path = source.mapping.get(name, "") if source else ""
            self.fields[MAPPED + name] = forms.CharField(
                label=name,
                max_length=200,
                required=False,
                initial=path or (proposed or {}).get(name, ""),
                widget=forms.TextInput(attrs={"list": "paths", "autocomplete": "off", "spellcheck": "false"}),
            )

    @property
    def paths(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(MAPPED)]

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(MAPPED)]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        others = Source.objects.exclude(pk=self.source.pk) if self.source else Source.objects
        if others.filter(name__iexact=name).exists():
            raise ValidationError(_("Another source has this name."))
        return name

    def clean_header(self) -> str:
        header = str(self.cleaned_data["header"]).strip()
        if not HEADER.fullmatch(header):
            raise ValidationError(_("A header has letters, digits and hyphens."))
        return header

    def wish(self) -> Wish:
        said = self.cleaned_data
        mapping = {
            name.removeprefix(MAPPED): value for name, value in said.items() if name.startswith(MAPPED) and value
        }
        return Wish(said["name"], said["signed"], said["header"], said["beginning"].strip(), said["becomes"], mapping)


def shown(source: Source) -> dict[str, object]:
    known = {name: getattr(source, name) for name in ("name", "becomes", "signed", "header")}
    return {**known, "beginning": source.prefix}
