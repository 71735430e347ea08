"""What is asked of units and positions."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.people.models import User
from rapport.people.unit import Position, Unit


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    parent = forms.ModelChoiceField(
        Unit.objects.order_by("name"), label=_("Belongs to"), required=False, empty_label=_("nothing: it is at the top")
    )

    class Meta:
        model = Unit
        fields = ("name", "parent")

    def clean_parent(self) -> Unit | None:
        """Not itself and nothing below it."""
        parent: Unit | None = self.cleaned_data["parent"]
        above = parent
        while above is not None:
            if above.pk == self.instance.pk:
                raise forms.ValidationError(_("That is part of this unit itself."))
            above = above.parent
        return parent


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]
    unit = forms.ModelChoiceField(Unit.objects.order_by("name"), label=_("Unit"), empty_label=None)
    holder = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"),
        label=_("Held by"),
        required=False,
        empty_label=_("nobody: it is vacant"),
    )

    class Meta:
        model = Position
        fields = ("title", "unit", "holder", "leads")
        help_texts: ClassVar = {
            "leads": _("With a role that sees the own unit's customers, they see those of all teams in it and below.")
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        others = Position.objects.filter(unit=given.get("unit"), leads=True).exclude(pk=self.instance.pk)
        if given.get("leads") and others.exists():
            self.add_error("leads", _("Another position leads this unit already."))
        return given
