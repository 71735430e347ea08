"""Why a file can't be read is told in the reader's language, for all that the reading of tables says."""

import pytest
from django.utils import translation

from rapport.imports.unreadable import in_words
from rapport.lib.layouts import UnreadableError
from rapport.lib.tables import describe


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "Die Datei ist leer."),
        ("old.xls", b"\xd0\xcf\x11\xe0 and more", "Eine alte Excel-Datei (.xls): bitte als .xlsx oder .csv speichern."),
        ("wide.csv", b"a," * 1_001, "Die Datei hat mehr als 1.000 Spalten."),
        ("cut.csv.gz", b"\x1f\x8b\x08 cut", "Die Datei ist nicht als Tabelle lesbar: "),
    ],
)
def test_a_file_that_is_no_table(tmp_path, name, content, words):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(UnreadableError) as refusal, translation.override("de"):
        describe(file)
    with translation.override("de"):
        assert in_words(refusal.value).startswith(words)


def test_a_file_that_is_gone_is_not_named_by_its_path():
    with translation.override("de"):
        assert in_words(FileNotFoundError(2, "No such file", "/somewhere/secret")) == (
            "Die Datei liegt nicht mehr auf dem Server. Bitte noch einmal hochladen."
        )
