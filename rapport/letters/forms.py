"""What is asked for a letter, a template, a signature."""

import uuid
from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.files.keep import Content
from rapport.letters.against import against_letters
from rapport.letters.fill import About, fill, named, unknown_in
from rapport.letters.models import Signature, Template
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.people.models import Scope, User

MOST_BYTES, MOST_MEGABYTES = 18 * 1024 * 1024, 18
MOST_PEOPLE = 50


def fresh_key() -> str:
    return str(uuid.uuid4())


class Addresses(forms.CharField):
    """One or several addresses, with or without names, divided by commas or semicolons."""

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value)
        found: dict[str, str] = {}
        for _name, address in getaddresses([text.replace(";", ",")]):
            try:
                known = normalise("email", address)
            except NotAnIdentifier:
                raise forms.ValidationError(
                    _("“%(address)s” is no e-mail address."), params={"address": address or text}
                ) from None
            found.setdefault(known.key, known.value)
        if len(found) > MOST_PEOPLE:
            raise forms.ValidationError(_("No more than %(most)s at once."), params={"most": MOST_PEOPLE})
        return tuple(found.values())


class Files(forms.FileField):
    """Any number of files that together are not too large for a mail."""

    widget = type("Several", (forms.ClearableFileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        several = [super(Files, self).clean(one, initial) for one in (data or []) if one]
        if sum(one.size or 0 for one in several) > MOST_BYTES:
            raise forms.ValidationError(
                _("The files are too large for a mail: together no more than %(most)s MB."),
                params={"most": MOST_MEGABYTES},
            )
        return several


class SelectAccount(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: MailAccount) -> str:
        return f"{obj.name} <{obj.address}>"


class LetterForm(forms.Form):
    """A letter. Fields in its words are filled from ``about``; what stands against it is told before it is kept."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    answers = forms.IntegerField(widget=forms.HiddenInput, required=False)
    mode = forms.ChoiceField(
        widget=forms.HiddenInput, choices=[("reply", ""), ("all", ""), ("forward", "")], required=False
    )
    account = SelectAccount(MailAccount.objects.none(), label=_("From"), empty_label=None)
    to = Addresses(label=_("To"), max_length=5_000)
    cc = Addresses(label=_("Copy to"), max_length=5_000, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500)
    text = forms.CharField(label=_("Text"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 8}), strip=False)
    quote = forms.BooleanField(label=_("With their mail below"), required=False)
    attachments = Files(label=_("Attachments"), required=False)
    send_at = forms.DateTimeField(
        label=_("Send later"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, about: About, accounts: Any, **named: Any) -> None:
        super().__init__(*args, **{"auto_id": "letter_%s", **named})
        self.about = about
        chosen = self.fields["account"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = accounts

    def clean_subject(self) -> str:
        return self.filled("subject")

    def clean_text(self) -> str:
        text = self.filled("text").replace("\r\n", "\n").strip("\n")
        if not text.strip():
            raise forms.ValidationError(_("Write something first."))
        return text

    def filled(self, name: str) -> str:
        done = fill(str(self.cleaned_data[name]), self.about)
        if done.trouble:
            raise forms.ValidationError(done.trouble)
        return done.text

    def clean_send_at(self) -> Any:
        moment = self.cleaned_data["send_at"]
        if moment and moment < timezone.now():
            raise forms.ValidationError(_("That moment is over."))
        return moment

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        addresses = [*given.get("to", ()), *given.get("cc", ())]
        for one in against_letters(addresses, self.about.customer, at=self.about.at):
            self.add_error(None, one.words)
        return given

    def contents(self) -> list[Content]:
        """The files that were chosen."""
        return [
            Content(one.name or "file", one.content_type or "application/octet-stream", one.read())
            for one in self.cleaned_data["attachments"]
        ]


LONGEST_TASK = 400


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Template
        fields = ("name", "use", "scope", "subject", "text")

    def __init__(self, *args: Any, writer: User, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["scope"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = Scope.objects.shared(writer).select_related("team")
            chosen.empty_label = None
        self.fields["subject"].help_text = _("Of letters only.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("use") != Template.Use.LETTER:
            given["subject"] = ""
        if given.get("use") == Template.Use.TASK and len(given.get("text", "")) > LONGEST_TASK:
            self.add_error("text", _("A task has at most %(most)d letters.") % {"most": LONGEST_TASK})
        for name in ("subject", "text"):
            wrong = unknown_in(given.get(name, ""))
            if wrong:
                self.add_error(name, _("There is no field %(names)s.") % {"names": named(wrong)})
        return given


class SignatureForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Signature
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}  # noqa: RUF012
