"""What is asked of a role."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from rapport.people.choices import permissions_by_room
from rapport.people.models import User
from rapport.people.role import Role, Rows
from rapport.people.roles import PERMISSIONS
from rapport.people.shape_role import Shape


class RoleForm(forms.Form):
    """Its name, whose customers it sees, and what it may do; nobody ticks what they may not do themselves."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    rows = forms.ChoiceField(
        label=_("Sees customers of"),
        choices=Rows.choices,
        help_text=_("Customers of no team and no territory are seen by everybody."),
    )
    permissions = forms.MultipleChoiceField(
        label=_("What may it do?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, role: Role, by: User) -> None:
        """``role`` is what is changed, or what a new one is like."""
        super().__init__(
            data,
            initial={"name": str(role) if role.pk else "", "rows": role.rows, "permissions": sorted(role.permissions)},
        )
        self.role, self.by = role, by
        field = self.fields["permissions"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = permissions_by_room()

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Role.objects.exclude(pk=self.role.pk)
        if name.casefold() in {str(other).casefold() for other in others}:
            raise forms.ValidationError(_("There is a role of this name already."))
        # A built-in one that is not renamed keeps speaking the reader's language.
        return "" if self.role.pk and not self.role.name and name == str(self.role) else name

    def clean_rows(self) -> str:
        rows = str(self.cleaned_data["rows"])
        if rows == Rows.ALL and not self.by.sees_all:
            raise forms.ValidationError(_("You don't see everybody's customers yourself."))
        return rows

    def clean_permissions(self) -> frozenset[str]:
        wanted = frozenset(self.cleaned_data["permissions"])
        beyond = [one for one in PERMISSIONS if one in wanted - self.role.permissions and not self.by.allows(one)]
        if beyond:
            raise forms.ValidationError(_("You may give only what you may do yourself."))
        return wanted

    def rooms(self) -> list[tuple[str, list[BoundWidget]]]:
        """The boxes to tick under the room that they are about."""
        boxes = {box.data["value"]: box for box in self["permissions"].subwidgets}
        return [(room, [boxes[one] for one, _words in lines]) for room, lines in permissions_by_room()]

    def shape(self) -> Shape:
        given = self.cleaned_data
        return Shape(given["name"], self.role.base, given["permissions"], given["rows"])
