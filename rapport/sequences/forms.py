"""What is asked for a sequence, and for starting one."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rapport.consent.purpose import Purpose
from rapport.letters.models import Template
from rapport.people.models import Scope, User
from rapport.sequences.models import MOST_DAYS, Sequence, Step

MOST_STEPS = 8


class SequenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A sequence with its steps, one row each; a row that says nothing is no step."""

    class Meta:
        model = Sequence
        fields: ClassVar = ("name", "purpose", "scope", "workdays", "from_hour", "to_hour", "beside")
        help_texts: ClassVar = {
            "purpose": _("Letters leave through the gate for this purpose: whoever has not agreed to it gets none."),
            "from_hour": _("On the clock of whoever starts it."),
        }

    def __init__(self, sent: Any, *, writer: User, instance: Sequence | None = None) -> None:
        super().__init__(sent, instance=instance)
        choosing = {"purpose": Purpose.objects.in_use(), "scope": Scope.objects.shared(writer)}
        for name, rows in choosing.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        known = list(instance.steps.order_by("place")) if instance else []
        letters = Template.objects.visible_to(writer).offered(Template.Use.LETTER)
        for place in range(MOST_STEPS):
            self.add_row(place, known[place] if place < len(known) else None, letters)

    def add_row(self, place: int, step: Step | None, letters: Any) -> None:
        self.fields[f"kind{place}"] = forms.ChoiceField(
            label=_("What"),
            required=False,
            choices=[("", "–"), *Step.Kind.choices],
            initial=step.kind if step else "",
        )
        self.fields[f"days{place}"] = forms.IntegerField(
            label=_("Days later"), required=False, min_value=0, max_value=MOST_DAYS, initial=step.days if step else 0
        )
        self.fields[f"template{place}"] = forms.ModelChoiceField(
            letters, label=_("Template of the letter"), required=False, initial=step.template_id if step else None
        )
        self.fields[f"title{place}"] = forms.CharField(
            label=_("Title of the task or call"), required=False, max_length=200, initial=step.title if step else ""
        )

    @property
    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        names = ("kind", "days", "template", "title")
        return [(place + 1, [self[f"{name}{place}"] for name in names]) for place in range(MOST_STEPS)]

    @property
    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self._meta.fields or ()]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for place in range(MOST_STEPS):
            kind = said.get(f"kind{place}")
            if kind == Step.Kind.MAIL and not said.get(f"template{place}"):
                self.add_error(f"template{place}", _("Choose the template of the letter."))
            elif kind and kind != Step.Kind.MAIL and not said.get(f"title{place}"):
                self.add_error(f"title{place}", _("Say what is to be done."))
        if not self.errors and not any(said.get(f"kind{place}") for place in range(MOST_STEPS)):
            raise ValidationError(_("Give at least one step."))
        if not self.errors and said["from_hour"] >= said["to_hour"]:
            self.add_error("to_hour", _("It must be later than the first hour."))
        return said

    def steps(self) -> list[Step]:
        said = self.cleaned_data
        rows = [place for place in range(MOST_STEPS) if said[f"kind{place}"]]
        return [
            Step(
                place=number,
                days=said[f"days{place}"] or 0,
                kind=said[f"kind{place}"],
                template=said[f"template{place}"] if said[f"kind{place}"] == Step.Kind.MAIL else None,
                title="" if said[f"kind{place}"] == Step.Kind.MAIL else said[f"title{place}"],
            )
            for number, place in enumerate(rows)
        ]
