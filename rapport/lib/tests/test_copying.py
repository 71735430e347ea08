"""What PostgreSQL can't hold is left out of JSON, and nothing else."""

import json

import pytest

from rapport.lib.copying import as_json


@pytest.mark.parametrize("text", ["\x00", "\\u0000", "\\\x00", "a\x00\x00b", "\\\\u0000", "\x00\\u0000\x00", "ü\\"])
def test_json_loses_its_nuls_and_nothing_else(text):
    assert json.loads(as_json([text])) == [text.replace("\x00", "")]
