"""What is asked for a pipeline, a stage and a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from rapport.sales.pipeline import Asked, Pipeline, Reason, Stage


class OnceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A name that stands once among those that are in use."""

    def same(self) -> Any:
        return type(self.instance).objects.filter(retired_at=None, name__iexact=self.cleaned_data["name"])

    def clean_name(self) -> str:
        if self.same().exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is one of this name already."))
        return str(self.cleaned_data["name"])


class PipelineForm(OnceForm):
    class Meta:
        model = Pipeline
        fields = ("name",)


class StageForm(OnceForm):
    needs = forms.MultipleChoiceField(choices=Asked.choices, required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Stage
        fields = ("name", "end", "probability", "days", "needs", "criteria")
        widgets = {"criteria": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012 - as Django wants it

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        told = Stage._meta.get_field("needs")  # noqa: SLF001
        self.fields["needs"].label, self.fields["needs"].help_text = told.verbose_name.capitalize(), told.help_text

    def same(self) -> Any:
        return super().same().filter(pipeline=self.instance.pipeline)


class ReasonForm(OnceForm):
    class Meta:
        model = Reason
        fields = ("end", "name")

    def same(self) -> Any:
        return super().same().filter(end=self.cleaned_data.get("end", ""))
