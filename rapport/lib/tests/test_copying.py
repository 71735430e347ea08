"""What PostgreSQL can't hold is left out of JSON, and nothing else."""

import json

import pytest
from django.db import DataError, connection, transaction

from rapport.lib.copying import as_json, copy_rows


@pytest.mark.parametrize("text", ["\x00", "\\u0000", "\\\x00", "a\x00\x00b", "\\\\u0000", "\x00\\u0000\x00", "ü\\"])
def test_json_loses_its_nuls_and_nothing_else(text):
    assert json.loads(as_json([text])) == [text.replace("\x00", "")]


def test_a_row_that_does_not_fit_is_told_as_every_other_statement_tells_it(db):
    with connection.cursor() as cursor, pytest.raises(DataError), transaction.atomic():
        copy_rows(cursor, "people_team", ["name"], [["x" * 201]])
