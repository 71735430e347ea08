"""How pages write moments, money, names and numbers."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation


def written(text, **names):
    return Template(text).render(Context(names))


def test_what_just_happened_is_just_now():
    assert ">just now</time>" in written("{% ago when %}", when=timezone.now())


def test_an_hour_ago_is_said_in_the_readers_language():
    when = timezone.now() - timedelta(hours=3)
    assert ">3 hours ago</time>" in written("{% ago when %}", when=when)
    with translation.override("de"):
        assert ">vor 3 Stunden</time>" in written("{% ago when %}", when=when)


def test_older_than_a_week_is_a_date_with_the_exact_moment_on_hover():
    shown = written("{% ago when %}", when=datetime(2024, 5, 3, 9, 12, tzinfo=UTC))
    assert ">3 May 2024</time>" in shown
    assert 'title="Friday' in shown
    assert "09:12:00" in shown


def test_a_moment_is_shown_in_the_readers_zone():
    when = datetime(2024, 5, 3, 9, 12, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert ">3 May 2024, 11:12</time>" in written("{% moment when %}", when=when)
        assert ">11:12</time>" in written("{% moment when 'time' %}", when=when)
        assert 'datetime="2024-05-03T11:12:00+02:00"' in written("{% moment when %}", when=when)
    with translation.override("de"):
        assert ">03.05.2024, 09:12</time>" in written("{% moment when %}", when=when)


def test_a_day_without_a_time_stays_that_day_in_every_zone():
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert written("{% moment when %}", when=date(2024, 5, 3)) == '<time datetime="2024-05-03">3 May 2024</time>'


def test_days_are_named_from_today():
    today = timezone.localdate()
    assert written("{% day_name day %}", day=today) == "Today"
    assert written("{% day_name day %}", day=today - timedelta(days=1)) == "Yesterday"
    assert written("{% day_name day %}", day=date(2024, 11, 12)) == "12 November 2024"
    with translation.override("de"):
        assert written("{% day_name day %}", day=date(2024, 11, 12)) == "12. November 2024"


def test_a_day_of_this_year_needs_no_year():
    this_year = timezone.localdate().year
    day = max(date(this_year, 1, 2), date(this_year, 12, 24), key=lambda day: abs(day - timezone.localdate()))
    assert written("{% day_name day %}", day=day) in {"2 January", "24 December"}


@pytest.mark.parametrize("text", ["{% ago none %}", "{% moment none %}", "{% money none 'EUR' %}", "{{ none|count }}"])
def test_what_is_not_known_is_a_dash(text):
    assert written(text, none=None) == "–"


def test_money_carries_its_currency():
    assert written("{% money amount 'EUR' %}", amount=Decimal(8640)) == "€8,640.00"
    assert written("{% money amount 'JPY' %}", amount=Decimal(8640)) == "JP¥8,640"
    assert written("{% money amount %}", amount=Decimal("-3.5")) == "-3.50"
    with translation.override("de"):
        assert written("{% money amount 'EUR' %}", amount=Decimal(8640)) == "8.640,00\xa0€"


def test_numbers_are_grouped_shortened_and_shared():
    assert written("{{ n|count }} {{ n|compact }} {{ share|percent }}", n=1_250_000, share=0.42) == "1,250,000 1.2M 42%"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marta Oliveira", "MO"), ("ådne berg lie", "ÅL"), ("Aurora", "A"), ("", "?"), ("(Łukasz) Żak", "Ż")],
)
def test_initials_are_the_first_and_the_last(name, letters):
    assert written("{% initials name %}", name=name) == letters


def test_a_name_cannot_smuggle_markup_into_its_picture():
    assert "<script>" not in written("{% avatar name %}", name="<script> <img>")


def test_an_icon_without_words_is_named_and_one_with_words_is_silent():
    assert 'role="img" aria-label="E-mail"' in written("{% icon 'mail' label='E-mail' %}")
    assert 'aria-hidden="true"' in written("{% icon 'mail' %}")


def test_a_channel_says_its_direction_in_words():
    shown = written("{% channel_icon 'phone' 'inbound' %}")
    assert 'title="Phone, from the customer"' in shown
    assert "#phone-incoming" in shown
    assert 'title="Other"' in written("{% channel_icon 'pigeon' %}")


def test_an_address_changes_only_what_is_asked():
    request = RequestFactory().get("/customers/?q=ada&page=3")
    template = Template("{% query sort='name' page=None %}")
    assert template.render(RequestContext(request)) == "?q=ada&amp;sort=name"


class Draft(forms.Form):
    name = forms.CharField(label="Name", help_text="As she writes it.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    known = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("e", "E-mail")], widget=forms.RadioSelect)


def test_a_field_is_tied_to_its_label_help_and_error():
    shown = written("{% include 'ui/fields.html' %}", form=Draft({}))
    assert '<label class="form-label" for="id_name">' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert "form-control is-invalid" in shown
    assert shown.count("optional</span>") == 1


def test_the_cursor_waits_in_the_first_field_where_that_is_asked():
    assert written("{% include 'ui/fields.html' with focus=True %}", form=Draft()).count("autofocus") == 1
    assert "autofocus" not in written("{% include 'ui/fields.html' %}", form=Draft())


def test_a_date_within_a_sentence_is_written_as_everywhere_else():
    when = datetime(2026, 9, 3, 8, 5, tzinfo=UTC)
    with translation.override("en"):
        assert written("{{ when|date:'SHORT_DATE_FORMAT' }}", when=when) == "3 Sep 2026"
        assert written("{{ when|date:'DATETIME_FORMAT' }}", when=when) == "3 September 2026, 08:05"
    with translation.override("de"):
        assert written("{{ when|date:'DATETIME_FORMAT' }}", when=when) == "3. September 2026 08:05"
