"""What is asked for a wish, in the words of whoever writes it down."""

import re
from collections.abc import Mapping
from typing import Any

from babel.dates import get_day_names
from django import forms
from django.utils.translation import gettext_lazy as _

from rapport.customers.hours import DAYS
from rapport.customers.preference import Topic
from rapport.customers.wish import CONTACTED_BY, Said, WishError, as_kept
from rapport.customers.wishes import channel_name
from rapport.ui.templatetags.ui import locale

WORD = re.compile(r"[^\W\d_]+\.?")


class WishForm(forms.Form):
    """One wish; what comes out is Said."""

    topic = forms.ChoiceField(label=_("About"), choices=Topic.choices)
    value = forms.CharField(
        label=_("What they wish"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    evidence = forms.CharField(
        label=_("Who said it, and where"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    until = forms.DateField(
        label=_("Holds until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, sent: Mapping[str, Any] | None = None) -> None:
        super().__init__(sent, auto_id="wish-%s")

    @property
    def channels(self) -> list[str]:
        """The channels to choose from, as the reader calls them."""
        return [channel_name(one) for one in CONTACTED_BY]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "topic" in given and "value" in given:
            try:
                given["said"] = self.said(Topic(given["topic"]), given["value"])
            except WishError as problem:
                self.add_error("value", str(problem))
        return given

    def said(self, topic: Topic, value: str) -> Said:
        if topic in {Topic.CHANNEL, Topic.NOT_CHANNEL}:
            value = {channel_name(one).casefold(): str(one) for one in CONTACTED_BY}.get(
                value.strip().casefold(), value
            )
        if topic is Topic.TIME:
            value = WORD.sub(day_in_english, value)
        given = self.cleaned_data
        return Said(topic, as_kept(topic, value), given.get("evidence", ""), given.get("until"))


def day_in_english(found: re.Match[str]) -> str:
    """A weekday in the reader's language by its English beginning; any other word as it is."""
    word = found[0].rstrip(".").casefold()
    for width in ("short", "abbreviated", "wide"):
        names = get_day_names(width, locale=locale())
        for number, day in enumerate(DAYS):
            if names[number].rstrip(".").casefold() == word:
                return day
    return found[0]
