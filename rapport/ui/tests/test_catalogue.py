"""Everything that Rapport says, it says in every language it speaks."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
CATALOGUES = sorted((ROOT / "rapport" / "ui" / "locale").rglob("*.po"))


def test_every_text_is_translated_and_no_translation_is_left_over():
    checked = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, ROOT / "tools" / "messages.py", "check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.parent.parent.name)
def test_a_catalogue_names_no_placeholder_of_its_head_and_nothing_unsure(file):
    text = file.read_text()
    assert not [word for word in ("FIRST AUTHOR", "PROJECT", "EMAIL@ADDRESS", "fuzzy") if word in text]
    with file.open("rb") as stream:
        assert read_po(stream).num_plurals == 2
