"""A place in a list comes back as it was written; whatever else somebody sends is no place."""

import json
from base64 import urlsafe_b64encode

import pytest

from rapport.lib import cursor


def written(*place: object) -> str:
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def test_a_place_is_read_as_it_was_written():
    assert cursor.read(cursor.write("Zoë", 4711), str, int) == ("Zoë", 4711)


@pytest.mark.parametrize(
    "text", ["nowhere", "é", written("a\0b", 1), written("\ud800", 1), written("a", 2**63), written("a", -1)]
)
def test_what_the_database_can_not_be_asked_for_is_no_place(text):
    assert cursor.read(text, str, int) is None
