"""What people write on a customer: its fields, ways to reach it, addresses, and how it stands to others."""

import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rapport.customers.entry import Entry, entries
from rapport.customers.golden import FIELDS, Value
from rapport.customers.models import Address, Customer, Identifier, Relationship
from rapport.customers.opened import OpenedForm
from rapport.customers.own import People, names_of
from rapport.customers.records import ROOM
from rapport.fields.models import CustomField, declared, living
from rapport.fields.seen import declared_to, open_ones
from rapport.lib.identifiers import Identity, NotAnIdentifier, normalise
from rapport.lib.nations import country_code, language_code
from rapport.people.models import LegalEntity, Team, User

TYPED = (Identifier.Kind.EMAIL, Identifier.Kind.PHONE, Identifier.Kind.ACCOUNT, Identifier.Kind.SOCIAL)


def text(name: str, label: Any, *, required: bool = False, hint: Any = "") -> forms.CharField:
    """A line of text for a golden field."""
    return forms.CharField(
        label=label,
        max_length=ROOM.get(name, 400),
        required=required,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        show_hidden_initial=True,
    )


class DetailsForm(OpenedForm):
    """The golden fields. Each carries what it showed, so that only what was changed here is written."""

    name = text("name", _("Name"), required=True)
    first_name = text("first_name", _("First name"))
    last_name = text("last_name", _("Last name"))
    street = text("street", _("Street"))
    postcode = text("postcode", _("Postcode"))
    city = text("city", _("City"))
    region = text("region", _("Region"))
    country = text("country", _("Country"))
    language = text("language", _("Language"), hint=_("Two letters, such as pt or de."))
    time_zone = text("time_zone", _("Time zone"), hint=_("Such as Europe/Lisbon."))
    website = text("website", _("Website"))
    tags = forms.CharField(
        label=_("Tags"),
        max_length=2_000,
        required=False,
        help_text=_("Separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        show_hidden_initial=True,
    )
    owner = forms.ModelChoiceField(
        User.objects.order_by("-is_active", "name", "pk"),
        label=_("Owner"),
        required=False,
        empty_label=_("nobody"),
        show_hidden_initial=True,
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label=_("Team"),
        required=False,
        empty_label=_("the owner's team"),
        show_hidden_initial=True,
    )

    def __init__(
        self, *args: Any, own: Mapping[str, Entry] | None = None, closed: Iterable[str] = (), **more: Any
    ) -> None:
        """``closed`` names the fields that the writer may not see: they are not asked for and stay as they are."""
        super().__init__(*args, **more)
        for name in closed:
            self.fields.pop(name, None)
        self.own = own or {}
        self.fields.update(self.own)

    def clean_country(self) -> str:
        country = str(self.cleaned_data["country"])
        return country_code(country) or country

    def clean_language(self) -> str:
        language = str(self.cleaned_data["language"])
        return language_code(language) or language

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if "time_zone" in self.changed_data and zone and zone not in zoneinfo.available_timezones():
            raise ValidationError(_("No such time zone. Write it as in Europe/Lisbon."))
        return zone

    def changes(self) -> dict[str, Value]:
        """Golden field → new value, for what was changed."""
        changed = set(self.changed_data)
        golden = {name: self.said(name) for name in FIELDS if name in changed}
        return {
            **golden,
            **{one.own.claim: self.cleaned_data[name] for name, one in self.own.items() if name in changed},
        }

    def said(self, name: str) -> Value:
        value = self.cleaned_data[name]
        if name == "tags":
            return [tag.strip() for tag in value.split(",") if tag.strip()]
        if isinstance(value, User):
            return value.email
        return value.name if isinstance(value, Team) else str(value or "")


def details_of(customer: Customer) -> dict[str, object]:
    """What the form shows of a customer."""
    shown: dict[str, object] = {name: getattr(customer, name) for name in FIELDS}
    own = {f"{CustomField.NAME}{key}": value for key, value in customer.extra.items()}
    return {**shown, "tags": ", ".join(customer.tags), "owner": customer.owner_id, "team": customer.team_id, **own}


def own_of(customer: Customer, *, writer: User, compact: bool = False) -> dict[str, Entry]:
    """The controls for the organisation's own fields of a customer."""
    fields = living(open_ones(declared_to(writer)), customer.kind)
    names = names_of(fields, [customer.extra], reader=writer)
    return entries(fields, People(writer), customer.extra, names, compact=compact)


def own_of_new(writer: User) -> dict[str, Entry]:
    """The controls for the organisation's own fields of somebody new, of whatever kind."""
    return entries(living(declared()), People(writer), {}, {})


def own_to_set(writer: User) -> dict[str, Entry]:
    """Those that the writer may set on many who have values already: what they may not see is not among them."""
    return entries(living(open_ones(declared_to(writer))), People(writer), {}, {})


def identity_of(kind: str, value: str, namespace: str = "") -> Identity:
    """The identifier that somebody typed; raises ValidationError with what is wrong about it."""
    region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
    try:
        return normalise(kind, value, namespace=namespace, region=region)
    except NotAnIdentifier as problem:
        words = {
            Identifier.Kind.EMAIL: _("This is no e-mail address: %s"),
            Identifier.Kind.PHONE: _("This is no phone number: %s"),
        }
        raise ValidationError(str(words.get(Identifier.Kind(kind), _("This can't be used: %s"))) % value) from problem


class IdentifierForm(forms.Form):
    """One more way to reach or recognise a customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in TYPED])
    value = forms.CharField(
        label=_("Address or number"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    namespace = forms.CharField(
        label=_("Network"), max_length=100, required=False, help_text=_("For a social name: which network.")
    )
    label = forms.CharField(label=_("Label"), max_length=100, required=False, help_text=_("Say, private or office."))
    shared = forms.BooleanField(
        label=_("Shared by many"), required=False, help_text=_("Then it proves nothing when it stands alone.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "kind" in given and "value" in given:
            try:
                given["identity"] = identity_of(given["kind"], given["value"], given.get("namespace", ""))
            except ValidationError as problem:
                self.add_error("value", problem)
        return given


class CorrectForm(OpenedForm):
    """An identifier written anew; what comes out is an Identity."""

    value = forms.CharField(
        label=_("Address or number"),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        show_hidden_initial=True,
    )

    def __init__(self, sent: QueryDict | None, identifier: Identifier) -> None:
        super().__init__(sent, initial={"value": identifier.value}, auto_id="inplace-%s")
        self.kind = Identifier.Kind(identifier.kind)
        self.fields["value"].label = self.kind.label

    def clean_value(self) -> Identity:
        return identity_of(self.kind, self.cleaned_data["value"])


class AddressForm(forms.ModelForm):  # type: ignore[type-arg]
    """A further address."""

    class Meta:
        model = Address
        fields = ("label", "street", "postcode", "city", "region", "country")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in ("street", "postcode", "city", "region", "country")):
            raise ValidationError(_("Write at least a street or a city."))
        return given


class RelateForm(forms.Form):
    """How a customer stands to another."""

    kind = forms.ChoiceField(label=_("Relationship"), choices=Relationship.Kind.choices)
    role = forms.CharField(label=_("Role"), max_length=200, required=False, help_text=_("Say, head of purchasing."))
    other = forms.IntegerField(
        label=_("Who"), min_value=1, max_value=2**63 - 1, error_messages={"required": _("Choose one from the list.")}
    )
