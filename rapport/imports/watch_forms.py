"""What is asked of a watched folder."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.imports.models import ImportRun, ImportWatch, State
from rapport.imports.watch import WatchError, folder_of
from rapport.people.models import User

OFFERED = 50
WEEK = 10_080


class WatchForm(forms.Form):
    folder = forms.CharField(
        label=_("Folder"),
        max_length=400,
        required=False,
        help_text=_("Below the drop folder; empty for that one itself."),
    )
    pattern = forms.CharField(
        label=_("Files"), max_length=100, initial="*.csv", help_text=_("Such as *.csv; * stands for anything.")
    )
    like = forms.ModelChoiceField(
        ImportRun.objects.none(), label=_("Taken in as"), help_text=_("An import that was mapped as it should be.")
    )
    minutes = forms.IntegerField(label=_("Every so many minutes"), initial=15, min_value=1, max_value=WEEK)

    def __init__(self, *args: Any, runs: QuerySet[ImportRun], **more: Any) -> None:
        super().__init__(*args, **more)
        latest = runs.filter(state=State.DONE, part=False).order_by("-pk").values_list("pk", flat=True)[:OFFERED]
        choice = self.fields["like"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = runs.filter(pk__in=list(latest)).order_by("-pk")

    def clean_folder(self) -> str:
        folder = str(self.cleaned_data["folder"]).strip().strip("/")
        try:
            folder_of(folder)
        except WatchError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return folder

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if ImportWatch.objects.filter(folder=said.get("folder"), pattern=said.get("pattern", "")).exists():
            self.add_error("pattern", _("These files are watched already."))
        return said

    def save(self, *, by: User) -> ImportWatch:
        said = self.cleaned_data
        return ImportWatch.objects.create(
            folder=said["folder"], pattern=said["pattern"], minutes=said["minutes"], plan=said["like"].plan, by=by
        )
