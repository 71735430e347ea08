"""Columns find their fields by name and by value, and say why."""

from rapport.lib.suggest import WORDY, Column, Reason, Wanted, suggest
from rapport.lib.values import Sort, learn

FIELDS = (
    Wanted("external_id", ("id", "record id"), distinct=0.98),
    Wanted("email", ("email", "mail"), frozenset({Sort.EMAIL}), many=True, by_values=True),
    Wanted("first_name", ("first name", "given name", "vorname"), WORDY),
    Wanted("city", ("city", "town", "ort"), WORDY),
    Wanted("at", ("date", "created"), frozenset({Sort.DATE}), by_values=True),
)


def column(name, *values):
    return Column(name, learn(values), values)


def chosen(*columns, **options):
    return {found.column: found.field for found in suggest(columns, FIELDS, **options)}


def test_names_in_other_words_cases_and_languages_are_known():
    assert chosen(column("Vorname", "Ann"), column("GivenName_x", "Bob")) == {"Vorname": "first_name"}
    assert chosen(column("property_firstname", "Ann"))["property_firstname"] == "first_name"
    assert chosen(column("Mailing City", "Bath"))["Mailing City"] == "city"
    assert chosen(column("E-Mail", "a@b.co"))["E-Mail"] == "email"


def test_values_speak_where_names_are_silent():
    found = suggest([column("4", "a@b.co", "c@d.co"), column("3", "19970101", "19970102")], FIELDS)
    assert [(one.field, one.reason) for one in found] == [("email", Reason.VALUES), ("at", Reason.VALUES)]


def test_values_overrule_a_name_that_promises_too_much():
    assert chosen(column("email", "6528bb7211b1dc06", "d8215e6e62b9398")) == {}
    assert chosen(column("email", "none so far", "a@b.co", "ask")) == {"email": "email"}


def test_no_two_columns_get_a_field_that_holds_one_value():
    assert chosen(column("billing_city", "Bath"), column("city", "Rom")) == {"city": "city"}
    assert chosen(column("email", "a@b.co"), column("email 2", "c@d.co")) == {"email": "email", "email 2": "email"}


def test_an_id_that_repeats_or_was_rounded_is_no_id():
    assert chosen(column("id", "1", "2", "3")) == {"id": "external_id"}
    assert chosen(column("id", "1", "1", "2")) == {}
    assert chosen(column("id", "5.70306E+17", "5.70301E+17")) == {}


def test_what_was_decided_by_hand_is_not_suggested_again():
    assert chosen(column("city", "Bath"), taken=frozenset({"city"})) == {}
