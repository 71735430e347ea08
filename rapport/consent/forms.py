"""What is asked when somebody said yes or no, when an address must not be written to any more, and of a purpose."""

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.consent.card import Place
from rapport.consent.declare_purpose import Wish
from rapport.consent.ledger import Said
from rapport.consent.marks import BY_HAND, MARKS
from rapport.consent.models import Cause, Extent
from rapport.consent.purpose import Basis, Purpose
from rapport.consent.say import Word
from rapport.consent.ways import Way, key_of

BY_PEOPLE = (Cause.OBJECTED, Cause.BY_HAND, Cause.COMPLAINT)
BY_MOUTH = (Said.GRANTED, Said.DENIED, Said.WITHDRAWN)


def evidence_field() -> forms.CharField:
    return forms.CharField(
        label=_("Evidence"),
        max_length=1_000,
        help_text=_("Who said so, when and how, so that a colleague understands it a year from now."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SuppressionForm(forms.Form):
    """An address and why."""

    way = forms.ChoiceField(label=_("Channel"), choices=Way.choices, initial=Way.EMAIL)
    address = forms.CharField(label=_("Address or number"), max_length=400)
    extent = forms.ChoiceField(label=_("Stands against"), choices=Extent.choices, initial=Extent.EVERYTHING)
    cause = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.label) for one in BY_PEOPLE])
    evidence = evidence_field()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("address") and given.get("way") and key_of(given["address"], given["way"]) is None:
            self.add_error("address", _("This can't be read as one."))
        return given


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Why it may be written to again"), max_length=1_000)


class ObjectionForm(forms.Form):
    """That a person objects, wherever they are reached."""

    extent = forms.ChoiceField(label=_("They object to"), choices=Extent.choices, initial=Extent.ADVERTISING)
    evidence = evidence_field()


class MarkForm(forms.Form):
    """Something that holds of a person and that the contact policy asks for."""

    name = forms.ChoiceField(label=_("What holds of them"), choices=[(one, MARKS[one]) for one in BY_HAND])
    evidence = evidence_field()


class ComplaintForm(forms.Form):
    """That they complain, where no system told it."""

    evidence = evidence_field()


def fresh_key() -> str:
    return str(uuid4())


class SettledForm(forms.Form):
    """How a complaint was settled; ``key`` makes the same form sent twice one note."""

    how = forms.CharField(
        label=_("How it was settled"),
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stands on the timeline."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)


class ConsentForm(forms.Form):
    """What somebody said about a purpose, for one of their addresses."""

    purpose = forms.ModelChoiceField(Purpose.objects.none(), label=_("Purpose"), empty_label=None)
    place = forms.ChoiceField(label=_("Where"))
    said = forms.ChoiceField(label=_("What they said"), choices=[(one.value, one.label) for one in BY_MOUTH])
    at = forms.DateTimeField(
        label=_("When, if not now"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    evidence = evidence_field()
    guardian = forms.CharField(
        label=_("For a child: who said it"), max_length=200, required=False, help_text=_("Parent or guardian, by name.")
    )
    proven = forms.BooleanField(
        label=_("In writing: no confirmation by mail is needed"),
        required=False,
        help_text=_("Only where a signed paper or the like is there. Otherwise the yes waits for their confirmation."),
    )

    def __init__(self, *args: Any, purposes: Any, places: list[Place], child: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        purpose, place = self.fields["purpose"], self.fields["place"]
        if isinstance(purpose, forms.ModelChoiceField):
            purpose.queryset = purposes
        if isinstance(place, forms.ChoiceField):
            place.choices = [(one.name, one.words) for one in places]
        self.places, self.child = {one.name: one for one in places}, child
        self.needed = {"guardian": gettext("needed for a yes")} if child else {}

    def clean_at(self) -> Any:
        moment = self.cleaned_data["at"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("That moment is still to come."))
        return moment

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.child and given.get("said") == Said.GRANTED and not given.get("guardian"):
            self.add_error("guardian", _("This is a child: their yes counts only when a parent or guardian gave it."))
        return given

    def word(self) -> Word:
        given, place = self.cleaned_data, self.places[self.cleaned_data["place"]]
        return Word(
            given["purpose"],
            place.address,
            Said(given["said"]),
            channel=place.channel,
            evidence=given["evidence"],
            guardian=given["guardian"],
            at=given["at"],
            proven=given["proven"],
        )


class PurposeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a purpose says; a basis without consent gives its reason."""

    needed: ClassVar = {"balancing": format_lazy(_("needed for: {what}"), what=Basis.INTEREST.label)}

    wording = forms.CharField(
        label=_("Wording of the question"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What people read before they say yes. New words are a new version; the old ones are kept."),
    )

    class Meta:
        model = Purpose
        fields = (
            *("name", "code", "about", "basis", "balancing", "advertising", "confirmed", "sensitive", "lasts_days"),
        )
        widgets = {"balancing": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.pk:
            del self.fields["code"]
            return
        self.fields["name"].required, self.fields["code"].required = True, False
        self.fields["code"].help_text = gettext("For files and programs. Empty: made from the name.")

    def clean_code(self) -> str:
        """Made from the name, where nobody wants another one."""
        return str(self.cleaned_data["code"]) or slugify(self.cleaned_data.get("name", ""))[:40]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("code") == "" and given.get("name"):
            self.add_error("code", _("Write a short name of Latin letters, numbers and hyphens."))
        basis = given.get("basis")
        if basis == Basis.INTEREST and not given.get("balancing", "").strip():
            self.add_error("balancing", _("Say which interest it is, and why theirs does not outweigh it."))
        if given.get("sensitive") and basis != Basis.CONSENT:
            self.add_error("basis", _("What is sensitive is sent only with consent."))
        return given

    def wish(self) -> Wish:
        return Wish(**{name: value for name, value in self.cleaned_data.items() if name != "code"})
