"""What is asked of posts, service domains and the parts in them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.people.duty import Duty, ServiceDomain
from rapport.people.models import Team, User
from rapport.people.post import Post
from rapport.people.unit import Position, Unit

DAY = {"type": "date"}


def colleagues() -> Any:
    return User.objects.filter(is_active=True).order_by("name", "pk")


class PostForm(forms.Form):
    """A post beside the standing ones."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one.value, one.label) for one in Post.Kind if one not in Post.STANDING]
    )
    about = forms.CharField(label=_("Of what"), max_length=200, help_text=_("Say, Complaints."))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if Post.objects.filter(kind=given.get("kind"), about=given.get("about", "")).exists():
            self.add_error("about", _("This post is there already."))
        return given


class TermForm(forms.Form):
    """Who holds a post from when to when."""

    holder: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(None, label=_("Held by"))
    deputy: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(None, label=_("Deputy"), required=False)
    since = forms.DateField(label=_("From"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    until = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("Leave it empty, and it is until further notice."),
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"since": today})
        for name in ("holder", "deputy"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = colleagues()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("That is before it begins."))
        if given.get("holder") and given.get("holder") == given.get("deputy"):
            self.add_error("deputy", _("Nobody stands in for themselves."))
        return given


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ServiceDomain
        fields = ("name", "about")
        widgets = {"about": forms.Textarea({"rows": 3})}  # noqa: RUF012


class DutyForm(forms.Form):
    """A party and its part."""

    party = forms.ChoiceField(label=_("Who"))
    letter = forms.ChoiceField(label=_("Part"), choices=Duty.Letter.choices)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["party"]
        if isinstance(field, forms.ChoiceField):
            field.choices = parties

    def duty(self, domain: ServiceDomain) -> Duty:
        """Not saved yet."""
        kind, _colon, pk = self.cleaned_data["party"].partition(":")
        return Duty(domain=domain, letter=self.cleaned_data["letter"], **{f"{kind}_id": int(pk)})


def parties() -> list[tuple[str, list[tuple[str, str]]]]:
    """Everybody who can have a part, by what they are."""
    titles = {"unit": _now("Units"), "team": _now("Teams"), "position": _now("Positions")}
    found: dict[str, Iterable[Model]] = {
        "unit": Unit.objects.order_by("name"),
        "team": Team.objects.order_by("name"),
        "position": Position.objects.in_order(),
    }
    return [(titles[kind], [(f"{kind}:{one.pk}", str(one)) for one in rows]) for kind, rows in found.items()]
