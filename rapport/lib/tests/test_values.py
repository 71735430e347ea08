"""A column's habit is learnt from its values, and each value read by it."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.lib.moments import read_moment
from rapport.lib.nations import country_code, language_code
from rapport.lib.numbers import read_currency, read_number
from rapport.lib.values import Sort, learn


def test_the_order_of_a_date_is_decided_over_the_whole_column():
    assert learn(["03/04/2020", "25/12/2020"]).order == "dmy"
    assert learn(["03/04/2020", "12/25/2020"]).order == "mdy"
    assert learn(["03.04.20", "05.06.21"]).order == "dmy"
    assert learn(["20-12-31", "21-01-02", "99-05-06"]).order == "ymd"


def test_a_column_that_does_not_decide_says_so():
    undecided = learn(["03/04/2020", "05/06/2020"])
    assert (undecided.sort, undecided.certain) == (Sort.DATE, False)
    undecided = learn(["3/4/20", "4/5/21"])
    assert not undecided.certain
    assert learn(["03/04/2020 1:00 PM", "05/06/2020 2:00 PM"]).order == "mdy"
    assert learn(["2020-04-03", "2020-06-05"]).certain


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("19970101", "dmy", datetime(1997, 1, 1, tzinfo=UTC)),
        ("2010-12-01 08:26", "ymd", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2020-12-30 3:15:52", "ymd", datetime(2020, 12, 30, 3, 15, 52, tzinfo=UTC)),
        ("24-02-2015 11:35", "dmy", datetime(2015, 2, 24, 11, 35, tzinfo=UTC)),
        ("12/31/2020 5:03 PM", "mdy", datetime(2020, 12, 31, 17, 3, tzinfo=UTC)),
        ("12/31/2020 12:03 a.m.", "mdy", datetime(2020, 12, 31, 0, 3, tzinfo=UTC)),
        ("31.12.99 23:59 Uhr", "dmy", datetime(1999, 12, 31, 23, 59, tzinfo=UTC)),
        ("3.4.21", "dmy", datetime(2021, 4, 3, tzinfo=UTC)),
        ("1. März 2021", "dmy", datetime(2021, 3, 1, tzinfo=UTC)),
        ("7 de marzo de 2021", "dmy", datetime(2021, 3, 7, tzinfo=UTC)),
        ("March 3, 2021 at 10:15", "dmy", datetime(2021, 3, 3, 10, 15, tzinfo=UTC)),
        ("07-Jan-2020", "dmy", datetime(2020, 1, 7, tzinfo=UTC)),
        ("Tue, 3 Mar 2020 10:00:00 +0100", "dmy", datetime(2020, 3, 3, 9, tzinfo=UTC)),
        ("Tue Feb 24 11:35:52 -0800 2015", "dmy", datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)),
        ("2021-03-03T10:15:00Z", "dmy", datetime(2021, 3, 3, 10, 15, tzinfo=UTC)),
        ("2021-03-03T10:15:00.123+0530", "dmy", datetime(2021, 3, 3, 4, 45, 0, 123_000, tzinfo=UTC)),
        ("1614556800", "epoch", datetime(2021, 3, 1, tzinfo=UTC)),
        ("1614556800000", "epoch", datetime(2021, 3, 1, tzinfo=UTC)),
        ("43831.5", "serial", datetime(2020, 1, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_however_it_is_written(text, order, moment):
    assert read_moment(text, order) == moment


@pytest.mark.parametrize(
    "text", ["hello", "2021", "32.13.2020", "0000-00-00", "9999-12-31 23:59:59", "12:30", "1,5", ""]
)
def test_what_is_no_date_is_none(text):
    assert read_moment(text) is None


def test_a_time_without_offset_is_the_readers_time():
    berlin = ZoneInfo("Europe/Berlin")
    assert read_moment("2020-07-01 12:00", "ymd", berlin) == datetime(2020, 7, 1, 10, tzinfo=UTC)
    assert read_moment("2020-07-01T12:00+09:00", "ymd", berlin) == datetime(
        2020, 7, 1, 12, tzinfo=timezone(timedelta(hours=9))
    )


# How fast a busy machine makes up days is not what this asks.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2068, 12, 31)))  # noqa: DTZ001
def test_whatever_day_is_written_in_three_orders_reads_back(moment):
    for order, pattern in (("dmy", "%d.%m.%Y %H:%M:%S"), ("mdy", "%m/%d/%Y %I:%M:%S %p"), ("ymd", "%Y-%m-%d %H:%M:%S")):
        assert read_moment(moment.strftime(pattern), order) == moment.replace(microsecond=0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("1.234,56 €", ",", "1234.56"),
        ("$1,054.00", ".", "1054.00"),
        ("-$5.25", ".", "-5.25"),
        ("(12.00)", ".", "-12.00"),
        ("12-", ".", "-12"),
        ("−3", ".", "-3"),
        ("CHF 1'234.50", ".", "1234.50"),
        ("12 345,67", ",", "12345.67"),
        ("5.70306E+17", ".", "570306000000000000"),
        ("1,234", ".", "1234"),
        ("1.234", ",", "1234"),
    ],
)
def test_a_number_is_read_by_its_columns_mark(text, mark, number):
    assert read_number(text, mark) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "1-2", "12 apples", "Infinity", "1_000x"])
def test_what_is_no_number_is_none(text):
    assert read_number(text, ".") is None


def test_the_decimal_mark_is_decided_over_the_column():
    assert learn(["1,234", "12,50"]).mark == ","
    assert learn(["1,234", "5,678.90"]).mark == "."
    assert learn(["1.234.567", "1.234"]).mark == ","
    assert learn(["1.234", "5.678"], comma=True).mark == ","
    assert learn(["29.33", "6.79"]).mark == "."


def test_signs_and_codes_name_a_currency():
    assert [read_currency(text) for text in ("€ 5", "5 EUR", "US$5", "£5", "5 zł", "5", "5 apples")] == [
        "EUR", "EUR", "USD", "GBP", "PLN", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sort"),
    [
        (["ann@x.org", "bo@y.co.uk", "", "n/a"], Sort.EMAIL),
        (["+49 30 1234567", "030/998877", "(030) 12345"], Sort.PHONE),
        (["(555) 555-5555", "555-123-4567"], Sort.PHONE),
        (["0.3486", "0.6745", "1"], Sort.NUMBER),
        (["00004", "00021"], Sort.TEXT),
        (["€ 5,00", "12,50 €"], Sort.MONEY),
        (["https://x.org/a", "www.y.com", "acme.de"], Sort.URL),
        (["Germany", "Österreich", "USA", "EIRE"], Sort.COUNTRY),
        (["de", "en", "fr", "pt-BR"], Sort.LANGUAGE),
        (["German", "English"], Sort.LANGUAGE),
        (["true", "false"], Sort.FLAG),
        (["19970101", "19971212"], Sort.DATE),
        (["", "NULL", "-"], Sort.EMPTY),
        (["Ann", "Bob"], Sort.TEXT),
    ],
)
def test_values_tell_what_a_column_holds(values, sort):
    assert learn(values).sort == sort


def test_countries_and_languages_are_known_by_their_names():
    assert [country_code(name) for name in ("Deutschland", "UK", "EIRE", "Hong Kong", "us", "Unspecified")] == [
        "DE", "GB", "IE", "HK", "US", "",
    ]  # fmt: skip
    assert [language_code(name) for name in ("de_AT", "Französisch", "en", "Klingonese")] == ["de", "fr", "en", ""]
