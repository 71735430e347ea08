"""What is asked when a view is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.lists.models import Reach, View
from rapport.lists.shelf import reaches_of
from rapport.people.models import User


class ViewForm(forms.Form):
    """Name and reach; the list itself stands in the address, or comes hidden."""

    name = forms.CharField(label=_("Name"), max_length=100)
    reach = forms.ChoiceField(label=_("Who sees it"))

    def __init__(self, data: Any, *, view: View, writer: User) -> None:
        super().__init__(data, initial={"name": view.name, "reach": view.reach})
        choices = reaches_of(view.owner if view.pk else writer)
        # What somebody shared stays so until they say otherwise, also when they could not share it any more.
        if view.pk and view.reach not in {value for value, _label in choices}:
            choices.append((view.reach, str(Reach(view.reach).label)))
        self.fields["reach"].choices = choices  # type: ignore[attr-defined]

    def refuse(self, code: str) -> None:
        words = {
            "name": (_("You already have a view of this name here."), "name"),
            "reach": (_("You may not share it so."), "reach"),
        }
        text, field = words[code]
        self.add_error(field, text)
