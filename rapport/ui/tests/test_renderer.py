"""Widgets written by hand are those that Django's templates write."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates

from rapport.ui.renderer import Renderer

GROUPS = [("", "–"), ("Towns", [("1", "Porto & <b>more</b>"), (2, "Łódź")]), ("3", "Rome")]
FIELDS = {
    "text": (forms.CharField(max_length=9, widget=forms.TextInput(attrs={"placeholder": '"<'})), '<script>"'),
    "empty": (forms.CharField(required=False), None),
    "off": (forms.CharField(widget=forms.TextInput(attrs={"autofocus": True, "readonly": False}), disabled=True), "0"),
    "day": (forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")), "2026-03-02"),
    "number": (forms.IntegerField(min_value=0, max_value=9), 1),
    "tick": (forms.BooleanField(required=False), True),
    "hidden": (forms.CharField(widget=forms.HiddenInput), "a'b"),
    "one": (forms.ChoiceField(choices=GROUPS), "2"),
    "some": (forms.MultipleChoiceField(choices=GROUPS, widget=forms.SelectMultiple), ["1", "3"]),
    "boxes": (forms.MultipleChoiceField(choices=GROUPS[2:], widget=forms.CheckboxSelectMultiple), ["3"]),
    "radio": (forms.ChoiceField(choices=GROUPS[2:], widget=forms.RadioSelect), "3"),
}


class Reader(HTMLParser):
    """The tags with their attributes in no order, and the words between them."""

    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_starttag(self, tag, attrs):
        self.parts.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.parts.append(("/", tag))

    def handle_data(self, data):
        self.parts += [data.strip()] if data.strip() else []


def parts(text):
    reader = Reader()
    reader.feed(text)
    return reader.parts


def one_field(name, renderer):
    field, value = FIELDS[name]
    form = type("One", (forms.Form,), {name: field})(initial={name: value}, renderer=renderer)
    return form[name]


@pytest.mark.parametrize("name", FIELDS)
def test_each_widget_is_as_the_templates_write_it(name):
    mine, theirs = one_field(name, Renderer()), one_field(name, DjangoTemplates())
    assert parts(str(mine)) == parts(str(theirs))
    if hasattr(mine.field, "choices"):
        assert [parts(box.tag()) for box in mine] == [parts(box.tag()) for box in theirs]


def test_nothing_chosen_is_a_dash_not_nine():
    one = forms.TypedChoiceField(choices=[*BLANK_CHOICE_DASH, ("1", "Porto")], required=False)
    assert one.widget.render("one", None, renderer=Renderer()).split("<option")[1] == ' value="" selected>–</option>'
