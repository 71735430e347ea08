"""What is asked of a territory: where its customers are, and who looks after it."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.fields.models import CHOOSING, CustomField, Type
from rapport.lib.nations import country_code
from rapport.oversight.map_out import TerritoryError
from rapport.people.models import User
from rapport.people.territory import Territory, as_postcode

MOST = 2_000
REFUSALS = {
    "name": gettext_lazy("There is a territory of this name already."),
    "gone": gettext_lazy("Somebody has dropped it meanwhile."),
}
NAMED = frozenset({*CHOOSING, Type.TEXT})


class ListField(forms.CharField):
    """Several values in one control, parted by commas or lines."""

    def __init__(self, *, longest: int, **options: Any) -> None:
        self.longest = longest
        super().__init__(widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}), required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        written = value if isinstance(value, list) else re.split(r"[,;\n]", super().to_python(value) or "")
        said = [" ".join(str(one).split()) for one in written]
        return list(dict.fromkeys(one for one in said if one))

    def validate(self, value: Any) -> None:
        if len(value) > MOST or any(len(one) > self.longest or "\x00" in one for one in value):
            raise forms.ValidationError(_("These are too many, or one of them is too long."))


class TerritoryForm(forms.Form):
    """Of the values of one line any has to fit, of the lines all."""

    needed: ClassVar = {
        **dict.fromkeys(("countries", "postcodes", "cities"), gettext_lazy("at least one of these lines is needed")),
        **dict.fromkeys(("field", "choices"), gettext_lazy("one only with the other")),
    }

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    countries = ListField(
        label=gettext_lazy("Countries"), longest=100, help_text=gettext_lazy("Names or codes: Portugal, ES.")
    )
    postcodes = ListField(
        label=gettext_lazy("Postcodes that begin with"),
        longest=40,
        help_text=gettext_lazy("Say, 10, 11 for those of Berlin's middle; SW1 also finds SW1A 2AA."),
    )
    cities = ListField(label=gettext_lazy("Cities"), longest=200)
    field = forms.ChoiceField(label=gettext_lazy("A field of your own"), required=False)
    choices = ListField(
        label=gettext_lazy("Its values"), longest=200, help_text=gettext_lazy("As they stand on the customer's page.")
    )
    place = forms.IntegerField(
        label=gettext_lazy("Asked as number"),
        min_value=1,
        max_value=9_999,
        initial=1,
        help_text=gettext_lazy("Where several fit, the one with the lowest number has the customer."),
    )
    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"),
        label=gettext_lazy("Who looks after it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With a role that sees by territory they see its customers."),
    )

    def __init__(self, data: Any = None, *, territory: Territory) -> None:
        self.territory = territory
        names = ("name", "countries", "postcodes", "cities", "field", "choices", "place")
        said: dict[str, Any] = {name: getattr(territory, name) for name in names}
        said["choices"] = in_words(territory.field, territory.choices)
        if territory.pk:
            said["members"] = list(territory.members.values_list("pk", flat=True))
        super().__init__(data, initial=said)
        fields = CustomField.objects.living().filter(type__in=NAMED).in_order()
        options = [("", _("none")), *((one.key, one.label) for one in fields)]
        self.fields["field"].choices = options  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Territory.objects.current().filter(name=name).exclude(pk=self.territory.pk).exists():
            raise forms.ValidationError(REFUSALS["name"])
        return name

    def refuse(self, problem: TerritoryError) -> None:
        """What somebody else did in the same moment."""
        self.add_error("name", REFUSALS[problem.code])

    def clean_countries(self) -> list[str]:
        said: list[str] = self.cleaned_data["countries"]
        unknown = [one for one in said if not country_code(one)]
        if unknown:
            raise forms.ValidationError(_("No country is called %(name)s.") % {"name": ", ".join(unknown)})
        return list(dict.fromkeys(map(country_code, said)))

    def clean_postcodes(self) -> list[str]:
        said: list[str] = self.cleaned_data["postcodes"]
        if not all(map(as_postcode, said)):
            raise forms.ValidationError(_("Each needs a letter or a digit."))
        return said

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "field" not in self.errors and bool(given.get("field")) != bool(given.get("choices")):
            self.add_error("choices", _("A field and its values go together."))
        if not self.errors and not any(given[name] for name in ("countries", "postcodes", "cities", "choices")):
            raise forms.ValidationError(_("Say where its customers are: a rule without a line would have nobody."))
        return given

    def kept(self) -> Territory:
        """The territory as it is wanted; not saved yet."""
        for name in ("name", "countries", "postcodes", "cities", "field", "place"):
            setattr(self.territory, name, self.cleaned_data[name])
        self.territory.choices = as_keys(self.cleaned_data["field"], self.cleaned_data["choices"])
        return self.territory


def in_words(key: str, values: list[str]) -> list[str]:
    return translated(key, values, lambda one: (one.key, one.label))


def as_keys(key: str, values: list[str]) -> list[str]:
    return translated(key, values, lambda one: (one.label, one.key))


def translated(key: str, values: list[str], couple: Callable[[Any], tuple[str, str]]) -> list[str]:
    """Values of a field with choices, between their keys and their words; others stay as they are."""
    field = CustomField.objects.filter(key=key, type__in=CHOOSING).first() if key else None
    known = {left.casefold(): right for left, right in map(couple, field.options)} if field else {}
    return [known.get(one.casefold(), one) for one in values]
