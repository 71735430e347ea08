"""Money: to the smallest unit of its currency, whatever the currency, and not a cent lost between parts and sum."""

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from rapport.lib.money import Priced, line_amount, reckon, rounded, spread, unit_of, without_tax

CURRENCIES = sorted(code for code in Locale("en").currencies if len(code) == 3 and code.isalpha())
currencies = st.sampled_from(CURRENCIES)
shares = st.decimals(0, 100, places=2)
lines = st.lists(
    st.builds(
        Priced,
        quantity=st.decimals("0.0001", 99_999, places=4),
        unit_price=st.decimals(0, 999_999, places=4),
        discount=st.one_of(st.just(Decimal(0)), shares),
        tax=st.sampled_from([Decimal(0), Decimal(7), Decimal(19), Decimal("8.1"), Decimal("25.5")]),
    ),
    max_size=12,
)


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


@given(lines, currencies, shares, st.booleans())
def test_every_sum_is_that_of_its_lines_to_the_smallest_unit(some, currency, discount, inclusive):
    found, unit = reckon(some, currency, discount=discount, inclusive=inclusive), unit_of(currency)
    figures = [value for one in found.lines for value in (one.listed, one.own, one.shared, one.net, one.tax)]
    assert all(value % unit == 0 for value in figures)
    assert found.net + found.tax == found.gross
    assert sum(one.tax for one in found.taxes) == found.tax
    assert sum(one.net for one in found.taxes) == found.net
    paid = found.listed - sum((one.own for one in found.lines), Decimal(0)) - found.shared
    assert paid == (found.gross if inclusive else found.net)
    assert found.shared == rounded(found.line * discount / 100, currency)


@given(lines, currencies, shares, st.booleans())
def test_no_line_falls_below_nothing_or_is_off_by_more_than_a_unit(some, currency, discount, inclusive):
    found, unit = reckon(some, currency, discount=discount, inclusive=inclusive), unit_of(currency)
    for line, one in zip(found.lines, some, strict=True):
        paid = line.line - line.shared
        assert min(line.net, line.tax, line.shared, paid) >= 0
        assert abs(line.shared - line.line * discount / 100) <= unit
        exact = paid * one.tax / (100 + one.tax if inclusive else 100)
        assert abs(line.tax - exact) <= unit


@given(lines, currencies, shares)
def test_the_order_of_lines_changes_no_sum(some, currency, discount):
    there, back = (reckon(one, currency, discount=discount) for one in (some, some[::-1]))
    assert (there.net, there.tax, there.shared) == (back.net, back.tax, back.shared)


@given(st.lists(st.decimals(0, 10**9, places=3), min_size=1, max_size=20), st.integers(0, 10**12), currencies)
def test_what_is_spread_adds_up_again(weights, units, currency):
    amount = units * unit_of(currency)
    parts = spread(amount, weights, currency)
    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(part >= 0 for part in parts)


def test_three_who_share_a_cent_too_much_get_it_in_turn():
    assert spread(Decimal("100.00"), [Decimal(1)] * 3, "EUR") == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_as_an_invoice_is_reckoned_by_hand():
    """Three machines less a tenth, a fee at the lower rate, and two per cent off everything."""
    some = [
        Priced(Decimal(3), Decimal("1899.99"), Decimal(10), Decimal(19)),
        Priced(Decimal(1), Decimal("120.00"), Decimal(0), Decimal(7)),
    ]
    found = reckon(some, "EUR", discount=Decimal(2))
    # 5129.97 + 120 = 5249.97; 2 % of it is 105.00, of which 102.60 and 2.40.
    assert [one.shared for one in found.lines] == [Decimal("102.60"), Decimal("2.40")]
    assert found.net == Decimal("5144.97")
    assert [(one.percent, one.tax) for one in found.taxes] == [
        (Decimal(7), Decimal("8.23")),
        (Decimal(19), Decimal("955.20")),
    ]
    assert found.gross == Decimal("6108.40")


def test_a_price_with_its_tax_gives_the_tax_out_of_it():
    found = reckon([Priced(Decimal(3), Decimal("19.90"), tax=Decimal(19))], "EUR", inclusive=True)
    assert (found.gross, found.tax, found.net) == (Decimal("59.70"), Decimal("9.53"), Decimal("50.17"))
    assert without_tax(Decimal("19.90"), Decimal(19)) == Decimal("16.7227")
