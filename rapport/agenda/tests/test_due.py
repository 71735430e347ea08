"""Days are named the way people name them."""

from datetime import date

import pytest
from django.utils import translation

from rapport.agenda.due import day_label

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("language", "day", "expected"),
    [
        ("en", TODAY, "today"),
        ("en", date(2026, 3, 1), "yesterday"),
        ("en", date(2026, 3, 5), "Thursday"),
        ("en", date(2026, 1, 9), "9 January"),
        ("en", date(2017, 12, 31), "31 December 2017"),
        ("de", date(2017, 12, 31), "31. Dezember 2017"),
    ],
)
def test_a_day_near_today_has_a_name_and_any_other_its_date(language, day, expected):
    with translation.override(language):
        assert day_label(day, TODAY) == expected
