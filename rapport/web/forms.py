"""What is asked of a web site and of a form on it."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.web.agreements import Box, boxes_of, possible
from rapport.web.ask import EMAIL, NAME, PHONE, USUAL, own_fields
from rapport.web.models import Site, WebForm

ASK = "ask-"
OFF, OPTIONAL, REQUIRED = "", "optional", "required"
ASKED = [(OFF, _("not asked")), (OPTIONAL, _("may be filled in")), (REQUIRED, _("must be filled in"))]
MOST_LINES = 20


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    origins = forms.CharField(
        label=_("Origins"),
        max_length=3_000,
        help_text=_("One in each line, such as https://www.aurora.example. Only from there may forms and visits come."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    tracking = forms.BooleanField(label=_("Keep visits of those who agree"), required=False)

    def __init__(self, sent: Any, site: Site | None = None) -> None:
        names = ("name", "tracking")
        initial = {name: getattr(site, name) for name in names} | {"origins": "\n".join(site.origins)} if site else {}
        super().__init__(sent, initial=initial)
        self.site = site

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if Site.objects.filter(name__iexact=name).exclude(pk=self.site.pk if self.site else 0).exists():
            raise ValidationError(_("Another web site has this name."))
        return name

    def clean_origins(self) -> list[str]:
        lines = [line.strip().rstrip("/").lower() for line in str(self.cleaned_data["origins"]).splitlines()]
        found = [line for line in dict.fromkeys(lines) if line]
        wrong = next((line for line in found if not is_origin(line)), "")
        if wrong:
            raise ValidationError(_("“%(text)s” is no origin."), params={"text": wrong[:100]})
        return found[:MOST_LINES]


def is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for what is no number
    except ValueError:
        return False
    plain = parts.scheme in {"https", "http"} and bool(parts.hostname) and not any((parts.path, parts.query))
    return (
        plain and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text and not set(text) & set(" ;,'\"<>\\*")
    )


class FormForm(forms.Form):
    """A form: for each field whether it is asked, and further questions."""

    title = forms.CharField(label=_("Title"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    consent = forms.CharField(
        label=_("Wording of the consent"),
        required=False,
        max_length=2_000,
        help_text=_("A box to tick. The wording is kept with each submission."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreements = forms.MultipleChoiceField(
        label=_("Consents to tick"),
        required=False,
        help_text=_(
            "Each in the words of its purpose. A tick goes into the register of consents, an empty box says nothing."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    questions = forms.CharField(
        label=_("Further questions"),
        required=False,
        max_length=3_000,
        help_text=_("One in each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    thanks = forms.CharField(
        label=_("Thanks"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    onward = forms.CharField(
        label=_("Page after sending"),
        required=False,
        max_length=1_000,
        help_text=_("On the same web site, instead of the thanks."),
    )
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who gets a task"))
    active = forms.BooleanField(label=_("Open"), required=False, initial=True)

    def __init__(self, sent: Any, reader: User, site: Site, form: WebForm | None = None) -> None:
        super().__init__(sent, initial=shown(form) if form else {"owner": reader.pk, "language": reader.language})
        self.site = site
        self.fields["owner"].queryset = User.objects.visible_to(reader).filter(is_active=True)  # type: ignore[attr-defined]
        known = {**{name: str(label) for name, label in USUAL.items()}, **{one.name: one.label for one in own_fields()}}
        asked = form.asked if form else {NAME: False, EMAIL: True}
        for name, label in known.items():
            state = OFF if name not in asked else REQUIRED if asked[name] else OPTIONAL
            self.fields[ASK + name] = forms.ChoiceField(label=label, choices=ASKED, required=False, initial=state)
        self.boxes = {one.choice: one for one in possible()}
        self.fields["agreements"].choices = [(one.choice, one.words) for one in self.boxes.values()]  # type: ignore[attr-defined]
        self.order_fields(["title", "language", *(ASK + name for name in known)])

    def clean_agreements(self) -> list[Box]:
        return [self.boxes[one] for one in self.cleaned_data["agreements"]]

    def clean_onward(self) -> str:
        """Only a page of the same site: nobody is led elsewhere by us."""
        onward = str(self.cleaned_data["onward"]).strip()
        if onward and not any(onward == origin or onward.startswith(origin + "/") for origin in self.site.origins):
            raise ValidationError(_("It must be a page of the same web site."))
        return onward

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not any(said.get(ASK + name) for name in (EMAIL, PHONE)):
            raise ValidationError(_("Ask for the e-mail address or the phone number, so that somebody can answer."))
        for box in said.get("agreements", ()):
            if not said.get(ASK + box.way.value):
                told = {"box": box.words, "way": box.way.label}
                self.add_error("agreements", _("“%(box)s” needs a field that asks for it: %(way)s.") % told)
        return said

    def asked(self) -> dict[str, bool]:
        said = self.cleaned_data
        return {
            name.removeprefix(ASK): said[name] == REQUIRED
            for name in self.fields
            if name.startswith(ASK) and said[name]
        }

    def lines(self) -> list[str]:
        found = (line.strip()[:200] for line in str(self.cleaned_data["questions"]).splitlines())
        return list(dict.fromkeys(filter(None, found)))[:MOST_LINES]


def shown(form: WebForm) -> dict[str, object]:
    names = ("title", "language", "consent", "thanks", "onward", "active")
    return {name: getattr(form, name) for name in names} | {
        "owner": form.owner_id,
        "agreements": [one.choice for one in boxes_of(form)],
        "questions": "\n".join(form.questions),
    }
