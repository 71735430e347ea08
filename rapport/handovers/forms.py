"""What is asked for a hand-over, for an answer to one, and for plans and their parts."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.handovers.handover import Answer, Handover
from rapport.handovers.plan import Duty, Plan, Point, Station
from rapport.handovers.send_handover import stamp
from rapport.people.models import Team
from rapport.sales.pipeline import Pipeline

LONGEST = 8_000


class FillForm(forms.Form):
    """One field a point. ``was`` tells whether somebody else wrote since the form was shown."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, sent: Any, *, handover: Handover) -> None:
        self.handover, self.answers = handover, list(handover.answers.select_related("point").in_order())
        self.now = stamp(handover)
        first = {"was": self.now} | {field_of(one): one.text for one in self.answers}
        super().__init__(sent, initial=first)
        for one in self.answers:
            self.fields[field_of(one)] = forms.CharField(
                label=one.name,
                max_length=LONGEST,
                required=False,
                help_text=hint_of(one),
                widget=forms.Textarea(attrs={"rows": 4 if one.required or one.text else 2}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("was") and given["was"] != self.now and self.differing(given):
            self.add_error(
                None,
                _(
                    "Somebody else changed this meanwhile. Nothing of yours is saved yet: below each point stands what it says now."
                ),
            )
            for one in self.differing(given):
                self.add_error(field_of(one), _("It says now: %(text)s") % {"text": one.text or "–"})
        return given

    def as_shown(self) -> "FillForm":
        """Marked as it is to be filled in. A draft may lack anything; saved once more after a clash it is meant so."""
        for one in self.answers:
            self.fields[field_of(one)].required = one.required
        if self.is_bound:
            self.data = {name: self.data.get(name, "") for name in self.data} | {"was": self.now}
        return self

    def point_out(self) -> None:
        """Say at each point that must be there and is not that it is missing."""
        for one in self.answers:
            if one.lacks:
                self.add_error(field_of(one), _("Still to be said."))

    def differing(self, given: dict[str, Any]) -> list[Answer]:
        return [one for one in self.answers if given.get(field_of(one), "") != one.text]

    def texts(self) -> dict[int, str]:
        """What each point is to say, by its id."""
        return {one.pk: self.cleaned_data[field_of(one)] for one in self.answers}


def field_of(answer: Answer) -> str:
    return f"point-{answer.pk}"


def hint_of(answer: Answer) -> str:
    """What it asks, whether it must be there, and that Rapport began it."""
    parts = [answer.point.hint]
    parts.append("" if answer.required else _("May stay empty."))
    parts.append(_("Begun with what is known here: look at it and complete it.") if answer.begun_with else "")
    return " ".join(filter(None, parts))


class ReturnForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(
        label=gettext_lazy("What is missing or unclear"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Whoever handed over reads this, completes it and sends it again."),
    )


class PlanForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Plan
        fields = ("name", "pipeline", "by_itself")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["pipeline"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset, field.empty_label = Pipeline.objects.current(), _("all pipelines without one of their own")

    def clean_pipeline(self) -> Pipeline | None:
        chosen: Pipeline | None = self.cleaned_data["pipeline"]
        if Plan.objects.current().filter(pipeline=chosen).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a plan for these already."))
        return chosen


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name that stands once among its like."""

    of: ClassVar[str] = "station"

    def clean_name(self) -> str:
        same = (
            type(self.instance)
            .objects.current()
            .filter(**{self.of: getattr(self.instance, self.of), "name__iexact": self.cleaned_data["name"]})
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return str(self.cleaned_data["name"])


class StationForm(PartForm):
    of = "plan"

    class Meta:
        model = Station
        fields = ("name", "team", "hours")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["team"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset, field.empty_label = Team.objects.order_by("name"), _("the customer's own team")


class PointForm(PartForm):
    class Meta:
        model = Point
        fields = ("name", "hint", "required", "known")


class DutyForm(PartForm):
    class Meta:
        model = Duty
        fields = ("name", "days")
