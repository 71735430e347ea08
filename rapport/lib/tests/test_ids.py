"""The number of a record, as an address or a form says it."""

import pytest

from rapport.lib.ids import LARGEST, number


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.0", "²", "٣", str(LARGEST + 1), "9" * 5000])
def test_what_is_no_id_of_ours_is_the_one_that_no_record_has(text):
    assert number(text) == 0


@pytest.mark.parametrize("value", [1, 4711, LARGEST])
def test_an_id_is_read(value):
    assert number(str(value)) == value
