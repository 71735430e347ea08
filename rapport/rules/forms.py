"""What is asked for a rule: when, of the event, if, then; the fields follow what is chosen."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.customers.detail import IN_PLACE, LABELS
from rapport.customers.entry import Entry
from rapport.customers.forms import DetailsForm, own_to_set
from rapport.customers.golden import Value
from rapport.customers.preference import Topic
from rapport.customers.veil import NOT_SEEN, hidden_columns
from rapport.fields.words import in_words
from rapport.people.models import User
from rapport.rules.conditions import meant_by, trouble_of
from rapport.rules.declare import Wish
from rapport.rules.models import LONGEST_CONDITIONS, MOST_AN_HOUR, Rule, Version
from rapport.rules.then import KINDS as STEPS
from rapport.rules.when import KINDS as MOMENTS
from rapport.rules.when import WHENS
from rapport.timeline.models import ChannelChoice, DirectionChoice

OWNER = ""
FIELDS = [name for name in IN_PLACE if name not in {"name", "owner", "tags"}]
ANY = [("", _("any"))]


class RuleForm(forms.Form):
    """A rule. ``given`` also comes from an address, when what is chosen asks for other fields."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    when = forms.ChoiceField(label=_("When"), choices=[(one.name, one.label) for one in MOMENTS])
    channel = forms.ChoiceField(label=_("Channel"), choices=[*ANY, *ChannelChoice.choices], required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=[*ANY, *DirectionChoice.choices], required=False)
    words = forms.CharField(label=_("With the words"), max_length=200, required=False)
    topic = forms.ChoiceField(label=_("About"), choices=[*ANY, *Topic.choices], required=False)
    then = forms.ChoiceField(label=_("Then"), choices=[(one.name, one.label) for one in STEPS])
    user = forms.ChoiceField(label=_("Whom"), required=False)
    tags = forms.CharField(label=_("Tags"), max_length=1000, help_text=_("Separated by commas."))
    chosen = forms.ChoiceField(label=_("Field"))
    title = forms.CharField(label=_("What is to do"), max_length=400)
    days = forms.IntegerField(label=_("Due in (days)"), min_value=0, max_value=3_650, required=False)
    told = forms.CharField(label=_("In which words"), max_length=300)
    most_an_hour = forms.IntegerField(
        label=_("At most in an hour"),
        min_value=1,
        max_value=MOST_AN_HOUR,
        initial=200,
        help_text=_("Of more customers than this the rule stops itself and tells you. Tasks and notices: 200."),
    )

    def __init__(self, sent: Any, *, writer: User, initial: Mapping[str, Any]) -> None:
        super().__init__(sent, initial=dict(initial))
        self.writer = writer
        said = sent if sent is not None else initial
        moment, step = str(said.get("when", "")), str(said.get("then", ""))
        self.moment = moment if moment in WHENS else MOMENTS[0].name
        self.step = step if step in ASKED else STEPS[0].name
        self.fields["when"].initial, self.fields["then"].initial = self.moment, self.step
        self.field_name = self.with_value(said.get("chosen", "")) if self.step == "field" else ""
        self.people()
        stay = {"name", "when", "then", "most_an_hour", self.field_name, *WHENS[self.moment].asks, *ASKED[self.step]}
        for name in list(self.fields):
            if name not in stay:
                del self.fields[name]

    def with_value(self, wanted: str) -> str:
        """Offer the fields that can be set, and the control of the chosen one."""
        own, closed = own_to_set(self.writer), hidden_columns(self.writer)
        choices = [
            *((name, LABELS[name]) for name in FIELDS if name not in closed),
            *((name, one.label) for name, one in own.items()),
        ]
        chosen = wanted if wanted in dict(choices) else next(iter(dict(choices)), "")
        field = self.fields["chosen"]
        if isinstance(field, forms.ChoiceField):
            field.choices, field.initial = choices, chosen
        if not chosen:
            return ""
        # A copy: the form of the details keeps its own.
        control = own[chosen] if chosen in own else deepcopy(DetailsForm.base_fields[chosen])
        control.required, control.show_hidden_initial = True, False
        self.fields[chosen] = control
        return chosen

    def people(self) -> None:
        field = self.fields["user"]
        users = [(str(one.pk), str(one)) for one in User.objects.filter(is_active=True).order_by("name", "pk")]
        if isinstance(field, forms.ChoiceField):
            field.choices = users if self.step == "assign" else [(OWNER, _("whoever looks after the customer")), *users]
            field.required = self.step == "assign"

    @property
    def about_event(self) -> list[forms.BoundField]:
        return [self[name] for name in WHENS[self.moment].asks]

    @property
    def about_step(self) -> list[forms.BoundField]:
        names = [*ASKED[self.step], *([self.field_name] if self.field_name else [])]
        return [self[name] for name in names]

    def clean_tags(self) -> list[str]:
        if "tags" in hidden_columns(self.writer):
            raise forms.ValidationError(NOT_SEEN)
        found = sorted({" ".join(one.split())[:100] for one in self.cleaned_data["tags"].split(",")} - {""})
        if not found:
            raise forms.ValidationError(_("Write at least one tag."))
        return found

    def clean(self) -> dict[str, Any]:
        """The rows of conditions come beside the fields."""
        given = super().clean() or self.cleaned_data
        self.conditions = meant_by(self.data, self.writer)  # type: ignore[arg-type]
        if trouble := trouble_of(self.conditions, self.writer):
            self.add_error(None, _("These conditions make no sense: %(why)s") % {"why": trouble})
        elif len(self.conditions) > LONGEST_CONDITIONS:
            self.add_error(None, _("These are too many conditions."))
        return given

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            name=given["name"],
            when=given["when"],
            asks={name: given[name] for name in WHENS[self.moment].asks if given[name]},
            conditions=self.conditions,
            then=given["then"],
            said=self.said(),
            most_an_hour=given["most_an_hour"],
        )

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.step in {"tag", "untag"}:
            return {"tags": given["tags"]}
        if self.step == "field":
            return self.value_said()
        user = User.objects.filter(pk=given["user"]).first() if given["user"] else None
        told = str(user) if user else str(_("whoever looks after the customer"))
        if self.step == "assign" and user:
            return {"claims": {"owner": user.email}, "told": told, "user": user.pk}
        said = {"user": user.pk if user else None, "told": told}
        if self.step == "task":
            return {**said, "title": given["title"], "days": given["days"]}
        return {**said, "words": given["told"]}

    def value_said(self) -> dict[str, Any]:
        name, value = self.field_name, self.cleaned_data[self.field_name]
        field = self.fields[name]
        if isinstance(field, Entry):
            told = f"{field.label}: {in_words(field.own, value, field.names)}"
            return {"claims": {field.own.claim: value}, "told": told, "chosen": name, "value": value}
        plain: Value = str(value)
        return {"claims": {name: plain}, "told": f"{LABELS[name]}: {plain}", "chosen": name, "value": plain}


ASKED = {
    "assign": ("user",),
    "tag": ("tags",),
    "untag": ("tags",),
    "field": ("chosen",),
    "task": ("title", "user", "days"),
    "notify": ("user", "told"),
}


class ReasonForm(forms.Form):
    """Why a rule is switched on or off."""

    reason = forms.CharField(label=_("Why"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def shown(rule: Rule, version: Version) -> dict[str, Any]:
    """What the form shows of a rule."""
    said = dict(version.said)
    given: dict[str, Any] = {"name": rule.name, "when": version.when, "then": version.then, **version.asks}
    given["most_an_hour"] = rule.most_an_hour
    given |= {name: said[name] for name in ("title", "days") if name in said}
    if "tags" in said:
        given["tags"] = ", ".join(said["tags"])
    if "user" in said:
        given["user"] = str(said["user"] or OWNER)
    if version.then == "notify":
        given["told"] = said["words"]
    if version.then == "field":
        given |= {"chosen": said["chosen"], said["chosen"]: said["value"]}
    return given
