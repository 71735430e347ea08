"""What is asked for a lead, to settle it, and for sources and routes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.customers.models import Identifier
from rapport.lib.identifiers import NotAnIdentifier, normalise
from rapport.people.models import LegalEntity, User
from rapport.people.territory import Territory
from rapport.sales.deal_forms import day_field, possible
from rapport.sales.enquiry import LeadSource, Route, To
from rapport.sales.pipeline import Reason
from rapport.sales.pipeline_forms import OnceForm
from rapport.timeline.models import ChannelChoice

ROUTES = ""


class LeadForm(forms.Form):
    """An enquiry that somebody writes down; with a customer who is known nothing is asked of them."""

    wish = forms.CharField(label=gettext_lazy("What do they want"), max_length=200)
    source = forms.ModelChoiceField(LeadSource.objects.none(), label=gettext_lazy("Source"), empty_label=None)
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach us"), choices=ChannelChoice.choices, initial=ChannelChoice.PHONE
    )
    name = forms.CharField(label=gettext_lazy("Who is it"), max_length=200)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    text = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who looks after it"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, sent: Any, *, writer: User, known: bool, initial: Mapping[str, Any]) -> None:
        super().__init__(sent, initial={"owner": str(writer.pk), **initial})
        sources = self.fields["source"]
        if isinstance(sources, forms.ModelChoiceField):
            sources.queryset = LeadSource.objects.current()
        owners = self.fields["owner"]
        if isinstance(owners, forms.ChoiceField):
            owners.choices = [(ROUTES, _("whom the routes say")), *colleagues()]
        if known:
            for name in ("name", "email", "phone"):
                del self.fields[name]

    def clean_email(self) -> str:
        return self.readable("email")

    def clean_phone(self) -> str:
        return self.readable("phone")

    def readable(self, kind: str) -> str:
        text = str(self.cleaned_data[kind]).strip()
        region = LegalEntity.objects.order_by("pk").values_list("country", flat=True).first() or ""
        try:
            if text:
                normalise(kind, text, region=region)
        except NotAnIdentifier as problem:
            label = Identifier.Kind(kind).label
            raise forms.ValidationError(_("This can't be read: %(kind)s.") % {"kind": label}) from problem
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "email" in self.fields and not (given.get("email") or given.get("phone")) and not self.errors:
            self.add_error("email", _("Give an e-mail address or a phone number, so that somebody can answer."))
        return given

    @property
    def whose(self) -> User | None:
        chosen = self.cleaned_data["owner"]
        return User.objects.filter(pk=chosen).first() if chosen else None


def colleagues() -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in User.objects.filter(is_active=True).order_by("name", "pk")]


class OfForm(forms.Form):
    """An interaction that becomes a lead: who and what is known, so only the source is asked."""

    wish = forms.CharField(label=gettext_lazy("What do they want"), max_length=200)
    source = forms.ModelChoiceField(LeadSource.objects.none(), label=gettext_lazy("Source"), empty_label=None)

    def __init__(self, sent: Any, *, initial: Mapping[str, Any]) -> None:
        super().__init__(sent, initial=dict(initial))
        sources = self.fields["source"]
        if isinstance(sources, forms.ModelChoiceField):
            sources.queryset = LeadSource.objects.current()


class GiveForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name", "pk"), label=gettext_lazy("To whom"), empty_label=None
    )


class AsideForm(forms.Form):
    """Why it becomes no deal."""

    reason = forms.ModelChoiceField(Reason.objects.none(), label=gettext_lazy("Reason"))
    said = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, sent: Any) -> None:
        super().__init__(sent)
        reasons = self.fields["reason"]
        if isinstance(reasons, forms.ModelChoiceField):
            reasons.queryset = Reason.objects.current().filter(end=Reason.UNFIT)


class WarmForm(forms.Form):
    """Until which day nothing is to be done."""

    until = day_field(gettext_lazy("Until"))

    def __init__(self, sent: Any) -> None:
        super().__init__(sent, initial={"until": timezone.localdate() + timedelta(days=30)})
        self.fields["until"].required = True

    def clean_until(self) -> Any:
        day = possible(self.cleaned_data["until"])
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return day


class SourceForm(OnceForm):
    class Meta:
        model = LeadSource
        fields = ("name", "hours", "channel", "words")
        widgets: ClassVar = {"words": forms.Textarea(attrs={"rows": 3})}


class RouteForm(OnceForm):
    class Meta:
        model = Route
        fields = ("name", "place", "source", "territory", "brand", "to", "team", "user")

    def __init__(self, sent: Any, *, instance: Route) -> None:
        super().__init__(sent, instance=instance)
        current: dict[str, QuerySet[Any]] = {
            "source": LeadSource.objects.current(),
            "territory": Territory.objects.current(),
            "user": User.objects.filter(is_active=True).order_by("name", "pk"),
        }
        for name, rows in current.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows
        for name in ("source", "territory", "brand"):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("any")

    def clean(self) -> dict[str, Any]:
        """Only the one to whom it goes is kept."""
        given = super().clean() or self.cleaned_data
        to = given.get("to")
        if to == To.TEAM and not given.get("team"):
            self.add_error("team", _("Which team?"))
        if to == To.USER and not given.get("user"):
            self.add_error("user", _("Which colleague?"))
        given["team"] = given.get("team") if to == To.TEAM else None
        given["user"] = given.get("user") if to == To.USER else None
        return given
