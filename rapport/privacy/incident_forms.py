"""What is asked of an incident: what happened, whom it concerns, how it is weighed, what is said, and how it ends."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.channels.models import MailAccount
from rapport.letters.senders import accounts_of
from rapport.lists.models import View
from rapport.people.duty_forms import colleagues
from rapport.people.models import User
from rapport.privacy.incident import Incident, Nature, Notification
from rapport.privacy.incident_affected import Whom, by_conditions, by_ids, by_view
from rapport.privacy.register_forms import table_choices
from rapport.timeline.payloads import EARLIEST
from rapport.ui.grouped import Grouped

CLOCK = {"type": "datetime-local"}
FORM = "%Y-%m-%dT%H:%M"
MOST_IDS = 10_000


class IncidentForm(forms.ModelForm):  # type: ignore[type-arg]
    nature = forms.MultipleChoiceField(
        label=_("What happened to data"), choices=Nature.choices, widget=forms.CheckboxSelectMultiple
    )
    tables = forms.MultipleChoiceField(required=False, widget=Grouped)

    class Meta:
        model = Incident
        fields = ("title", "about", "aware_at", "happened_at", "nature", "tables", "owner")
        widgets: ClassVar = {
            "about": forms.Textarea({"rows": 4}),
            "aware_at": forms.DateTimeInput(CLOCK, format=FORM),
            "happened_at": forms.DateTimeInput(CLOCK, format=FORM),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        tables, owner = self.fields["tables"], self.fields["owner"]
        if isinstance(tables, forms.MultipleChoiceField):
            tables.choices, tables.label = table_choices(), gettext("Which data")
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset, owner.empty_label = colleagues(), gettext("nobody")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        aware, happened = given.get("aware_at"), given.get("happened_at")
        for name in ("aware_at", "happened_at"):
            if given.get(name) and given[name].year < EARLIEST:
                self.add_error(name, gettext("This year can't be."))
        if aware and aware > timezone.now():
            self.add_error("aware_at", gettext("That is still to come."))
        if aware and happened and happened > aware:
            self.add_error("happened_at", gettext("Nobody knows of it before it happens."))
        return given


class StepForm(forms.Form):
    words = forms.CharField(label=_("What was done"), max_length=2_000, widget=forms.Textarea({"rows": 2}))


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg]
    needed: ClassVar = {
        **dict.fromkeys(("risk", "authority", "persons"), _("at least one of the three is needed")),
        **dict.fromkeys(("risk_note", "authority_why", "persons_why"), _("needed once that is decided")),
    }

    class Meta:
        model = Incident
        fields = ("risk", "risk_note", "authority", "authority_why", "persons", "persons_why")
        labels: ClassVar = {
            "risk_note": _("Why: what it may mean for them"),
            "authority_why": _("Why, about the authority"),
            "persons_why": _("Why, about the persons"),
        }
        widgets: ClassVar = {
            name: forms.Textarea({"rows": 2}) for name in ("risk_note", "authority_why", "persons_why")
        }

    def clean(self) -> dict[str, Any]:
        """Whoever decides says why."""
        given = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in ("risk", "authority", "persons")):
            raise forms.ValidationError(gettext("Nothing is decided yet: weigh the risk, or say who is told."))
        for name, why in (("risk", "risk_note"), ("authority", "authority_why"), ("persons", "persons_why")):
            if given.get(name) and not given.get(why):
                self.add_error(why, gettext("Say why: the register has to show it."))
        return given


class WhomForm(forms.Form):
    """A saved view, the address of a list with its conditions, or ids."""

    needed: ClassVar = dict.fromkeys(("view", "address", "ids"), _("one of the three is needed"))

    view: "forms.ModelChoiceField[View]" = forms.ModelChoiceField(None, label=_("A saved view"), required=False)
    address = forms.CharField(
        label=_("or the address of the list of customers"),
        max_length=4_000,
        required=False,
        help_text=_("As the browser shows it when the conditions are set."),
    )
    ids = forms.CharField(
        label=_("or numbers or e-mail addresses of customers"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("With commas, blanks or lines between them."),
    )

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.by = by
        self.whom: Whom | None = None
        field = self.fields["view"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = View.objects.visible_to(by).living().filter(listing="customers").by_name()
            field.empty_label = gettext("none")

    def clean_ids(self) -> list[int | str]:
        parts = list(dict.fromkeys(self.cleaned_data["ids"].replace(",", " ").replace(";", " ").split()))
        if len(parts) > MOST_IDS or not all("@" in one or is_number(one) for one in parts):
            raise forms.ValidationError(gettext("Write numbers or e-mail addresses, at most 10,000."))
        return [one if "@" in one else int(one) for one in parts]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        ways = [name for name in ("view", "address", "ids") if given.get(name)]
        if self.errors:
            return given
        if len(ways) != 1:
            raise forms.ValidationError(gettext("Choose one of the three ways."))
        self.whom = self.found(given, ways[0])
        if self.whom is None:
            self.add_error(ways[0], gettext("It names no condition: that would be everybody."))
        elif self.whom.not_known:
            told = {"what": ", ".join(self.whom.not_known)[:400]}
            self.add_error(ways[0], gettext("It asks for what is not known here: %(what)s. Nobody was added.") % told)
        return given

    def found(self, given: dict[str, Any], way: str) -> Whom | None:
        if way == "view":
            return by_view(given["view"], by=self.by)
        if way == "ids":
            return by_ids(given["ids"], by=self.by)
        return by_conditions(urlsplit(given["address"]).query or given["address"], by=self.by)


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004


class NotificationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Notification
        fields = ("subject", "text")
        widgets: ClassVar = {"text": forms.Textarea({"rows": 18})}


class SendForm(forms.Form):
    """From which account the letters leave."""

    account: "forms.ModelChoiceField[MailAccount]" = forms.ModelChoiceField(None, label=_("From"), empty_label=None)

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        field = self.fields["account"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = accounts_of(by)


class LessonsForm(forms.Form):
    lessons = forms.CharField(label=_("What we learned"), max_length=5_000, widget=forms.Textarea({"rows": 3}))
