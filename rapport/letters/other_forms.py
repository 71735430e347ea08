"""What is asked for a text message or a letter on paper."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.letters.fill import About, fill
from rapport.letters.forms import fresh_key
from rapport.letters.other_ways import POST, TEXT, against, places

# Six parts of a text message; longer ones cost like a letter and are read like none.
LONGEST_TEXT, LONGEST_LETTER = 918, 20_000


class NoteForm(forms.Form):
    """Fields in its words are filled from ``about``; what stands against it is told before it is kept."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    to = forms.CharField(label=_("To"), max_length=400, widget=forms.Textarea(attrs={"rows": 4}), strip=True)
    subject = forms.CharField(label=_("Subject"), max_length=500)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), strip=False)
    send_at = forms.DateTimeField(
        label=_("Send later"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, about: About, channel: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.about, self.channel = about, channel
        known = places(about.customer, channel, writer=about.writer)
        if channel == TEXT:
            self.fields["to"] = forms.ChoiceField(label=_("To"), choices=[(one, one) for one in known])
            del self.fields["subject"]
        elif known:
            self.fields["to"].initial = known[0]

    def clean_subject(self) -> str:
        return self.filled("subject", 1_000)

    def clean_text(self) -> str:
        longest = LONGEST_LETTER if self.channel == POST else LONGEST_TEXT
        text = self.filled("text", longest).replace("\r\n", "\n").strip("\n")
        if not text.strip():
            raise forms.ValidationError(_("Write something first."))
        return text

    def filled(self, name: str, longest: int) -> str:
        done = fill(str(self.cleaned_data[name]), self.about)
        if done.trouble:
            raise forms.ValidationError(done.trouble)
        if len(done.text) > longest:
            told = {"most": longest, "signs": len(done.text)}
            raise forms.ValidationError(_("It has %(signs)s characters; %(most)s are possible."), params=told)
        return done.text

    def clean_to(self) -> str:
        return "\n".join(line.strip() for line in str(self.cleaned_data["to"]).splitlines() if line.strip())

    def clean_send_at(self) -> Any:
        moment = self.cleaned_data["send_at"]
        if moment and moment < timezone.now():
            raise forms.ValidationError(_("That moment is over."))
        return moment

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("to"):
            for one in against([given["to"]], self.about.customer, self.channel, at=self.about.at):
                self.add_error(None, one.words)
        return given
