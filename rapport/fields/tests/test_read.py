"""Whatever is given as a value is either taken in its normal form, which reads back as itself, or refused in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.fields.models import CustomField, Type
from rapport.fields.read import Manner, UnfitError, read
from rapport.fields.words import in_words
from rapport.lib.copying import as_json

CHOICES = [["gold", "Gold", False], ["silver", "Silver", False], ["tin", "Tin", True]]
GIVEN = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from(
            [10**4_000, -(10**15), 10**15 - 1, 7, 0.1, 1e300, 1e-300, "1e999999999", "1e-999999999", "gold"]
        ),
        st.floats(allow_nan=True, allow_infinity=True),
        st.text(max_size=40),
        st.from_regex(r"-?\d{1,18}([.,]\d{1,6})?( EUR| CHF|€)?", fullmatch=True),
        st.dates().map(str),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["amount", "currency"]), inner)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (10_000_000_000_000, "10,000,000,000,000"),
        (999_999_999_999_999, "999,999,999,999,999"),
        (0.00000000012345, "0.00000000012345"),
        (123456.789, "123,456.789"),
        (1e-15, "0.000000000000001"),
        (0.1, "0.1"),
        (-7, "-7"),
    ],
)
def test_a_number_is_told_with_all_its_digits(number, words):
    assert in_words(CustomField(type=Type.NUMBER), number, {}) == words


@pytest.mark.parametrize("said", ["", [""], [], "  "])
def test_choices_of_nothing_are_no_value(said):
    assert read(CustomField(type=Type.CHOICES, choices=CHOICES), said, Manner()) is None


@pytest.mark.req("T3")
@pytest.mark.parametrize("kind", [one for one in Type if one is not Type.FORMULA])
@given(said=GIVEN)
def test_what_is_given_is_taken_or_refused(kind, said):
    field = CustomField(key="f", label="F", type=kind, choices=CHOICES, currency="EUR")
    manner = Manner(customer=lambda one: one if isinstance(one, int) else None, user=lambda _one: 7)
    try:
        value = read(field, said, manner)
    except UnfitError:
        return
    if value is not None and kind not in {Type.CUSTOMER, Type.USER}:
        assert read(field, value, manner) == value
        assert as_json(value)
        assert in_words(field, value, {})


@pytest.mark.parametrize(
    ("said", "comma", "number"),
    [("1.234", False, 1.234), ("1.234", True, 1234), ("1,5", True, 1.5), ("1.5", True, 1.5)],
)
def test_a_mark_that_can_mean_both_means_what_the_reader_writes(said, comma, number):
    assert read(CustomField(type=Type.NUMBER), said, Manner(comma=comma)) == number


@pytest.mark.parametrize("kind", [Type.NUMBER, Type.MONEY, Type.TEXT, Type.DATE, Type.CHOICE, Type.USER])
def test_a_number_of_thousands_of_digits_is_refused(kind):
    with pytest.raises(UnfitError):
        read(CustomField(type=kind, currency="EUR"), 10**5_000)


def test_a_decimal_stays_exact():
    assert read(CustomField(type=Type.NUMBER), Decimal("0.1")) == 0.1


def test_a_retired_choice_is_no_longer_taken():
    with pytest.raises(UnfitError, match="no longer a choice"):
        read(CustomField(type=Type.CHOICE, choices=CHOICES), "Tin")
