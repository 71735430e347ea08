"""Money: to the smallest unit of its currency."""

from decimal import Decimal

import pytest

from rapport.lib.money import line_amount, rounded, unit_of


@pytest.mark.parametrize(("currency", "unit"), [("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
def test_each_currency_has_its_smallest_unit(currency, unit):
    assert unit_of(currency) == Decimal(unit)


def test_the_middle_goes_away_from_nothing():
    assert [rounded(Decimal(one), "EUR") for one in ("1.005", "-1.005", "1.0049")] == [
        Decimal("1.01"),
        Decimal("-1.01"),
        Decimal("1.00"),
    ]


def test_a_line_takes_its_discount_off_before_it_is_rounded():
    assert line_amount(Decimal("2.5"), Decimal("0.333"), Decimal("12.5"), "EUR") == Decimal("0.73")
    assert line_amount(Decimal(3), Decimal("33.3"), Decimal(0), "JPY") == 100
