"""What is asked of an extension, and of a call that was had."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.telephony.models import Extension


class ExtensionForm(forms.ModelForm):  # type: ignore[type-arg]
    number = forms.CharField(
        label=_("Extension"),
        max_length=60,
        required=False,
        help_text=_("As the telephone system knows you: 214, or a whole number."),
    )

    class Meta:
        model = Extension
        fields: ClassVar = ("number", "opens")

    def clean_number(self) -> str | None:
        return self.cleaned_data["number"].strip() or None


class NoteForm(forms.Form):
    subject = forms.CharField(label=_("What it was about"), max_length=300)
    text = forms.CharField(
        label=_("What was said"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
