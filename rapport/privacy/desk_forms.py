"""What is asked at the privacy desk: a request, and each step with it; a hold and its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.models import Customer
from rapport.people.models import User
from rapport.privacy import request_steps as steps
from rapport.privacy.request import Asks, Outcome, Request
from rapport.privacy.request_steps import Asked
from rapport.timeline.models import ChannelChoice
from rapport.timeline.payloads import EARLIEST

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def day_field(label: "StrOrPromise", **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


def words_field(label: "StrOrPromise", **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}), **more)


class RequestForm(forms.Form):
    """A request as somebody takes it down."""

    asks = forms.ChoiceField(label=_("What they ask for"), choices=Asks.choices)
    who = forms.CharField(label=_("Who asks"), max_length=200, help_text=_("The name that they gave."))
    contact = forms.CharField(
        label=_("How they are answered"), max_length=400, help_text=_("The address or number that they gave.")
    )
    channel = forms.ChoiceField(label=_("How it came"), choices=ChannelChoice.choices)
    received_at = forms.DateTimeField(
        label=_("When it came"),
        help_text=_("The clock runs from here, also on weekends."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    words = forms.CharField(
        label=_("In their words"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who answers"), required=False)

    def __init__(self, *args: Any, answering: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["assignee"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = answering

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment.year < EARLIEST:
            raise forms.ValidationError(_("This year can't be."))
        if moment > timezone.now():
            raise forms.ValidationError(_("That moment is still to come."))
        return moment

    def asked(self, customer: Customer | None) -> Asked:
        given = self.cleaned_data
        return Asked(
            asks=Asks(given["asks"]),
            who=given["who"],
            contact=given["contact"],
            channel=given["channel"],
            received_at=given["received_at"],
            words=given["words"],
            customer=customer,
        )


class GiveForm(forms.Form):
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Who answers"), empty_label=None)

    def __init__(self, *args: Any, answering: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = self.fields["assignee"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = answering


class CheckForm(forms.Form):
    how = words_field(
        _("What was checked"),
        help_text=_("Say, they answered from the address that we had; do not copy an identity card."),
    )


class ExtendForm(forms.Form):
    until = day_field(_("To be answered by"))
    why = words_field(_("Why it takes longer"), help_text=_("The person is told this before the first month is over."))
    told = forms.BooleanField(label=_("The person has been told"))


class NoteForm(forms.Form):
    words = words_field(_("What was done"))


class CloseForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=[one for one in Outcome.choices if one[0]])
    ground = forms.CharField(
        label=_("Legal ground"),
        max_length=1_000,
        required=False,
        help_text=_("Where it was not all done: why, and by which article."),
    )
    proof = words_field(_("Proof"), help_text=_("What was sent to whom, when and how, and where that can be seen."))


class HoldForm(forms.Form):
    reason = words_field(_("Reason"), help_text=_("Which duty or dispute it is, so that a court would understand it."))
    review_on = day_field(_("Look again on"))

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("That day is over."))
        return day


class ReleaseForm(forms.Form):
    why = words_field(_("Why it is over"))


class SearchForm(forms.Form):
    """Values of one person, one a line."""

    values = forms.CharField(
        label=_("Values"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A name, an address, a number: one a line, four letters at least."),
    )

    def clean_values(self) -> list[str]:
        found = [one.strip() for one in self.cleaned_data["values"].splitlines()]
        long_enough = [one for one in found if len(one) >= 4]  # noqa: PLR2004
        if not long_enough:
            raise forms.ValidationError(_("Shorter than four letters would be found everywhere."))
        return long_enough[:20]


Do = Callable[[Request, dict[str, Any], User, datetime], object]


@dataclass(frozen=True)
class Deed:
    """A step that somebody takes with a request: its form and what then happens."""

    title: "StrOrPromise"
    verb: "StrOrPromise"
    form: type[forms.Form]
    do: Do


DEEDS: dict[str, Deed] = {
    "give": Deed(
        _("Who answers it?"),
        _("Give it to them"),
        GiveForm,
        lambda one, given, by, at: steps.give(one, given["assignee"], by=by, at=at),
    ),
    "check": Deed(
        _("Is it them?"),
        _("It is them"),
        CheckForm,
        lambda one, given, by, at: steps.check(one, given["how"], by=by, at=at),
    ),
    "extend": Deed(
        _("Put it off"),
        _("Put it off"),
        ExtendForm,
        lambda one, given, by, at: steps.extend(one, given["until"], given["why"], by=by, at=at),
    ),
    "note": Deed(
        _("Note a step"),
        _("Note it"),
        NoteForm,
        lambda one, given, by, at: steps.note(one, given["words"], by=by, at=at),
    ),
    "close": Deed(
        _("How did it end?"),
        _("It is answered"),
        CloseForm,
        lambda one, given, by, at: steps.close(
            one, Outcome(given["outcome"]), ground=given["ground"], proof=given["proof"], by=by, at=at
        ),
    ),
}
