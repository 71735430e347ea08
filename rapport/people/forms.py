"""What is asked of people, teams, the organisation and tokens."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from rapport.people.change_user import may_give
from rapport.people.choices import countries, languages, only_reads, permissions, permissions_by_room, time_zones
from rapport.people.models import Brand, LegalEntity, Team, User
from rapport.people.own import OWN
from rapport.people.role import Role
from rapport.people.roles import BuiltIn

VALIDITIES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("0", _("Until it is revoked")))


def time_zones_or_none() -> list[Any]:
    return [("", _("As the server")), *time_zones()]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What everybody decides about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones_or_none, required=False)

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")


class MainRoleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The role that the customer page is laid out for."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Role.objects.in_order(), label=_("Role"), to_field_name="key", empty_label=None, **more)


class FurtherRolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """What somebody may do besides."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(
            Role.objects.in_order(),
            label=_("Further roles"),
            to_field_name="key",
            required=False,
            help_text=_("They may do and see what any of their roles lets them."),
        )


class RolesForm(forms.Form):
    """Roles to give; nobody gives more than they have."""

    def __init__(self, data: Any = None, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.by = by

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("role") and not may_give(self.by, self.roles()):
            self.add_error("role", _("You may give only what you may do yourself."))
        return given

    def roles(self) -> tuple[Role, ...]:
        """The main one, and the others."""
        main, further = self.cleaned_data["role"], self.cleaned_data.get("further") or ()
        return (main, *(role for role in further if role != main))


class NewUserForm(RolesForm):
    """Somebody new."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("They sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = MainRoleField(initial=BuiltIn.AGENT)
    further = FurtherRolesField()
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=_("Team"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=languages)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        help_text=_("Leave it empty, and one is made up and shown to you once."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if password:
            validate_password(password)
        return password


class StandingForm(RolesForm):
    """What an administrator decides about a user."""

    name = forms.CharField(label=_("Name"), max_length=200)
    role = MainRoleField()
    further = FurtherRolesField()
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=_("Team"), required=False)


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ("name", "unit")
        labels: ClassVar = {"name": _("Name of the team"), "unit": _("Unit")}


class LegalEntityForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ChoiceField(
        label=_("Country"),
        choices=countries,
        help_text=_("Phone numbers without a prefix are read as from the country of the first legal entity."),
    )

    class Meta:
        model = LegalEntity
        fields = ("name", "country")


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(label=_("Name"), max_length=200)
    legal_entity = forms.ModelChoiceField(
        LegalEntity.objects.order_by("name"), label=_("Legal entity"), empty_label=None
    )

    class Meta:
        model = Brand
        fields = ("name", "legal_entity")


class OwnAddressesForm(forms.Form):
    """Addresses and domains, one a line."""

    addresses = forms.CharField(
        label=_("Addresses and domains, one a line"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "For example aurora.example or office@aurora.example. Mail from there is from us; the addresses of users are ours anyway."
        ),
    )

    def clean_addresses(self) -> list[str]:
        said = [word.removeprefix("@") for word in self.cleaned_data["addresses"].replace(",", " ").split()]
        wrong = next((word for word in said if not OWN.match(word)), None)
        if wrong:
            raise forms.ValidationError(_("“%(word)s” is neither an address nor a domain.") % {"word": wrong})
        return said


class Extent(models.TextChoices):
    CHOSEN = "chosen", _("what is ticked below, and nothing else")
    READ = "read", _("only look, at whatever I may see now")
    ALL = "all", _("all that I may do at the time")


class TokenForm(forms.Form):
    """A key for a program: what for, how long, and what it may do, room by room."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    validity = forms.ChoiceField(label=_("Valid for"), choices=VALIDITIES, initial="90")
    extent = forms.ChoiceField(label=_("What may it do?"), choices=Extent.choices, initial=Extent.CHOSEN)
    permissions = forms.MultipleChoiceField(label=_("Ticked"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["permissions"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = permissions(user)

    def rooms(self) -> list[tuple[str, list[BoundWidget]]]:
        """The boxes to tick under the room that they are about."""
        boxes = {box.data["value"]: box for box in self["permissions"].subwidgets}
        lines = ((room, [boxes[one] for one, _words in some if one in boxes]) for room, some in permissions_by_room())
        return [(room, some) for room, some in lines if some]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("extent") == Extent.CHOSEN and not given.get("permissions"):
            self.add_error("extent", _("Tick what it may do, or choose another extent."))
        return given

    def scopes(self) -> list[str]:
        """What it may do at most; nothing means all that its owner may do at the time."""
        offered = [one for one, _words in self.fields["permissions"].choices]  # type: ignore[attr-defined]
        match self.cleaned_data["extent"]:
            case Extent.ALL:
                return []
            case Extent.READ:
                return [one for one in offered if only_reads(one)]
        return list(self.cleaned_data["permissions"])

    def valid_for(self) -> timedelta | None:
        days = int(self.cleaned_data["validity"])
        return timedelta(days=days) if days else None
