"""What may be asked of a timeline, and what is asked for a note."""

import uuid
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.customers.circle import GROUP, PEOPLE
from rapport.timeline.models import ChannelChoice, DirectionChoice
from rapport.timeline.read import Filters

DAY_IN = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class FilterForm(forms.Form):
    """Filters as they stand in an address; what can't be understood filters nothing."""

    who = forms.ChoiceField(choices=[(PEOPLE, PEOPLE), (GROUP, GROUP)], required=False, widget=forms.HiddenInput)
    channel = forms.MultipleChoiceField(
        label=_("Channels"), choices=ChannelChoice.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("", _("Both ways")), *DirectionChoice.choices], required=False
    )
    kind = forms.CharField(label=_("Kind"), max_length=60, required=False)
    person = forms.CharField(label=_("Person or address"), max_length=200, required=False)
    text = forms.CharField(label=_("Words"), max_length=200, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DAY_IN)
    until = forms.DateField(label=_("Up to and including"), required=False, widget=DAY_IN)

    def filters(self) -> Filters:
        """What was asked, as far as it makes sense."""
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return Filters(
            channels=tuple(given.get("channel", ())),
            directions=(given["direction"],) if given.get("direction") else (),
            kinds=(given["kind"],) if given.get("kind") else (),
            person=given.get("person", ""),
            text=given.get("text", ""),
            since=midnight(given.get("since")),
            until=midnight(given.get("until"), days=1),
        )

    def query(self) -> str:
        """The filters as the query of an address."""
        self.is_valid()
        given = getattr(self, "cleaned_data", {})
        return urlencode([(name, value) for name in self.fields for value in as_values(given.get(name))])

    @property
    def whose(self) -> str:
        """Whose interactions stand beside the customer's own: nobody's, its people's, or the whole group's."""
        self.is_valid()
        return str(getattr(self, "cleaned_data", {}).get("who", ""))

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.filters())

    @property
    def is_turned(self) -> bool:
        """That it begins after its end, so that nothing can lie between."""
        asked = self.filters()
        return bool(asked.since and asked.until and asked.since >= asked.until)

    @property
    def hidden_away(self) -> int:
        """How many of the filters that stand behind the button are in use."""
        given = getattr(self, "cleaned_data", {})
        return sum(bool(given.get(name)) for name in ("kind", "person", "since", "until"))


def as_values(value: object) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one]


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of that day or one after it; None where the calendar ends."""
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min)) if day else None
    except OverflowError:
        return None


def fresh_key() -> str:
    return str(uuid.uuid4())


class NoteForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=fresh_key)
    text = forms.CharField(label=_("Note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}))
