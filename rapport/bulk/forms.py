"""What each bulk action asks for."""

from datetime import datetime
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rapport.agenda.forms import TaskForm as OneTaskForm
from rapport.customers.detail import IN_PLACE, LABELS
from rapport.customers.forms import DetailsForm, own_to_set
from rapport.customers.own import People
from rapport.customers.veil import NOT_SEEN, hidden_columns
from rapport.fields.models import CustomField
from rapport.people.models import Team, User
from rapport.ui.export import FORMS

NO_CHANGE, NOBODY = "-", "0"


class NothingForm(forms.Form):
    """Nothing more has to be said."""

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        return cls(given)

    def plain(self) -> dict[str, Any]:
        return {}


class FieldForm(DetailsForm):
    """One field, chosen by name, and what shall stand in it; an empty control empties it."""

    chosen = forms.ChoiceField(label=_("Field"))

    def __init__(self, user: User, given: QueryDict | None) -> None:
        super().__init__(given, own=own_to_set(user))
        closed = hidden_columns(user)
        names = [name for name in IN_PLACE if name not in {"name", "owner", "tags", *closed}]
        own = [(name, one.label) for name, one in self.own.items()]
        choices = [*((name, LABELS[name]) for name in names), *own]
        asked = given.get("chosen", "") if given else ""
        self.asked_for = asked if asked in dict(choices) else next(iter(dict(choices)), "chosen")
        for name in list(self.fields):
            if name not in {"chosen", self.asked_for}:
                del self.fields[name]
        self.own = {name: one for name, one in self.own.items() if name == self.asked_for}
        self.order_fields(["chosen", self.asked_for])
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
            field.initial = self.asked_for
        control = self.fields[self.asked_for]
        control.required = self.asked_for == "chosen"
        control.show_hidden_initial = False

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> "FieldForm":
        return cls(user, given)

    def claims(self) -> dict[str, Any]:
        if self.asked_for.startswith(CustomField.NAME):
            return {self.own[self.asked_for].own.claim: self.cleaned_data[self.asked_for]}
        return {self.asked_for: self.said(self.asked_for)}

    def plain(self) -> dict[str, Any]:
        return {"claims": self.claims()}


class TagForm(forms.Form):
    """Tags, separated by commas."""

    tags = forms.CharField(label=_("Tags"), max_length=1000, help_text=_("Separated by commas."))

    closed = False

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:
        form = cls(given)
        form.closed = "tags" in hidden_columns(user)
        return form

    def clean_tags(self) -> list[str]:
        if self.closed:
            # How many have it already would tell who has it.
            raise forms.ValidationError(NOT_SEEN)
        found = sorted({" ".join(one.split())[:100] for one in self.cleaned_data["tags"].split(",")} - {""})
        if not found:
            raise forms.ValidationError(_("Write at least one tag."))
        return found

    def plain(self) -> dict[str, Any]:
        return {"tags": self.cleaned_data["tags"]}


class AssignForm(forms.Form):
    """To whom, and to which team; either may stay as it is."""

    owner = forms.ChoiceField(label=_("Owner"))
    team = forms.ChoiceField(label=_("Team"))

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        form = cls(given)
        users = User.objects.filter(is_active=True).order_by("name", "pk")
        stays = (NO_CHANGE, _("stays as it is"))
        for name, nobody, choices in (
            ("owner", _("nobody"), [(one.email, str(one)) for one in users]),
            (
                "team",
                _("the owner's team"),
                [(one, one) for one in Team.objects.order_by("name").values_list("name", flat=True)],
            ),
        ):
            field = form.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [stays, (NOBODY, nobody), *choices]
        return form

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and not self.claims(given):
            raise forms.ValidationError(_("Choose an owner or a team."))
        return given

    @staticmethod
    def claims(given: dict[str, Any]) -> dict[str, str]:
        chosen = {name: given.get(name, NO_CHANGE) for name in ("owner", "team")}
        return {name: "" if value == NOBODY else value for name, value in chosen.items() if value != NO_CHANGE}

    def plain(self) -> dict[str, Any]:
        return {"claims": self.claims(self.cleaned_data)}


class TaskForm(OneTaskForm):
    """A task for each; without a colleague it is whoever's the customer is."""

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        form = cls(given)
        form.fields["assignee"].required = False
        form.fields["assignee"].help_text = _("Empty: whoever looks after the customer.")
        return form

    def plain(self) -> dict[str, Any]:
        assignee, due_at = self.cleaned_data["assignee"], self.due_at()
        due: datetime | None = due_at
        return {
            "title": self.cleaned_data["title"],
            "assignee": assignee.pk if assignee else None,
            "due_at": due.isoformat() if due else None,
        }


class AssigneeForm(forms.Form):
    """Whose the tasks are from now on."""

    assignee = forms.ModelChoiceField(User.objects.filter(is_active=True).order_by("name", "pk"), label=_("For"))

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        return cls(given)

    def plain(self) -> dict[str, Any]:
        return {"assignee": self.cleaned_data["assignee"].pk}


class DueForm(OneTaskForm):
    """By when; without a day they are due on none."""

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        form = cls(given)
        del form.fields["title"], form.fields["assignee"]
        form.fields["due_on"].help_text = _("Empty: on no day.")
        return form

    def plain(self) -> dict[str, Any]:
        due_at = self.due_at()
        return {"due_at": due_at.isoformat() if due_at else None}


class CustomerForm(forms.Form):
    """Which customer, by the number in the address of their page or by a name that only one has."""

    customer = forms.CharField(
        label=_("Customer"), max_length=400, help_text=_("The name, or the number in the address of the page.")
    )

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:
        form = cls(given)
        form.people = People(user)
        return form

    people: People

    def clean_customer(self) -> int:
        found = self.people.customer(self.cleaned_data["customer"])
        if found is None:
            raise forms.ValidationError(_("No customer that you see has this number, or this name alone."))
        return found

    def plain(self) -> dict[str, Any]:
        return {"customer": self.cleaned_data["customer"]}


class ExportForm(forms.Form):
    """As which file."""

    form = forms.ChoiceField(
        label=_("As"),
        choices=[(name, label) for name, label in (("csv", _("CSV")), ("xlsx", _("Excel"))) if name in FORMS],
    )

    @classmethod
    def asked(cls, user: User, given: QueryDict | None) -> Self:  # noqa: ARG003
        return cls(given)

    def plain(self) -> dict[str, Any]:
        return {"form": self.cleaned_data["form"]}
