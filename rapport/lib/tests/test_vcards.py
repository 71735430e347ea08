"""Address books as real clients write them, each card a row."""

import io
from pathlib import Path

import pytest

from rapport.lib.tables import Reading, UnreadableError, describe
from rapport.lib.vcards import COLUMNS, cards

MODERN = """BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:17
FN:Łucja Żak
N:Żak;Łucja;;Dr.;
ORG:Aurora\\, Clínicas;Sales
item1.EMAIL;TYPE=work:lucja@aurora.example
EMAIL;PREF=1:l.zak@home.example
TEL;VALUE=uri;TYPE="voice,cell":tel:+351-912-555-014;ext=12
TEL;TYPE=work,fax:+351 21 555 0100
ADR;TYPE=home;LABEL="Somewhere; else":;Flat 4;Rua da
  Prata 80;Lisboa;;1100-420;Portugal
CATEGORIES:vip,newsletter
NOTE:Two lines\\nof note
END:VCARD
"""
OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n"
    "ADR;WORK;ENCODING=QUOTED-PRINTABLE:;;Lange Stra=C3=9Fe =\r\n 7;Bremen;;28195;Germany\r\n"
    "TEL;WORK;VOICE:0421 555 01\r\nTEL;WORK;FAX:0421 555 02\r\nEMAIL;PREF;INTERNET:joerg@x.example\r\n"
    "PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ\r\nSkZJRgABAQAAAQ\r\n\r\nEND:VCARD\r\n"
)


def row(text):
    (record,) = cards(io.StringIO(text, newline=""))
    return {name: cell for name, cell in zip(COLUMNS, record.cells, strict=True) if cell}


def test_a_card_of_today_is_read_with_its_escapes_folds_and_preferences():
    assert row(MODERN) == {
        "External id": "urn:uuid:17",
        "Name": "Łucja Żak",
        "First name": "Łucja",
        "Last name": "Żak",
        "Company": "Aurora, Clínicas",
        "E-mail": "l.zak@home.example; lucja@aurora.example",
        "Phone": "+351-912-555-014 ext. 12",
        "Fax": "+351 21 555 0100",
        "Street": "Rua da Prata 80, Flat 4",
        "City": "Lisboa",
        "Postcode": "1100-420",
        "Country": "Portugal",
        "Tags": "vip, newsletter",
        "Note": "Two lines\nof note",
    }


def test_a_card_of_long_ago_is_read_with_its_code_pages_and_soft_breaks():
    assert row(OLD) == {
        "Name": "Jörg Müller",
        "First name": "Jörg",
        "Last name": "Müller",
        "E-mail": "joerg@x.example",
        "Phone": "0421 555 01",
        "Fax": "0421 555 02",
        "Street": "Lange Straße 7",
        "City": "Bremen",
        "Postcode": "28195",
        "Country": "Germany",
    }


def test_a_company_works_nowhere():
    firm = row("BEGIN:VCARD\nFN:Aurora\nORG:Aurora Clínicas SA\nX-ABShowAs:COMPANY\nEND:VCARD\n")
    assert firm == {"Name": "Aurora"}
    assert row("BEGIN:VCARD\nORG:Aurora;\nEND:VCARD\n") == {"Name": "Aurora"}


@pytest.mark.parametrize(
    "damage",
    [
        "BEGIN:VCARD\nFN:Inner\nEND:VCARD\n",
        "AGENT:\nBEGIN:VCARD\nFN:Agent\nEMAIL:agent@x.example\nEND:VCARD\n",
        "PHOTO;ENCODING=b:" + "A" * 3_000_000 + "\n",
        "NOTE;ENCODING=QUOTED-PRINTABLE:=\n=\nend\n",
        "nonsense without a colon\n:;:\n;;;;\n\0\0\n",
        "TEL\nEMAIL;TYPE\nADR;\n",
    ],
)
def test_damage_costs_nothing_around_it(damage):
    text = (
        f"BEGIN:VCARD\nFN:First\n{damage}EMAIL:first@x.example\nEND:VCARD\nstray\nBEGIN:VCARD\nFN:Second\nEND:VCARD\n"
    )
    found = list(cards(io.StringIO(text, newline="")))
    assert [one.cells[1] for one in found] == ["First", "Second"]
    assert found[0].cells[COLUMNS.index("E-mail")] == "first@x.example"


def test_cards_of_files_put_together_without_a_line_break_are_two():
    text = "BEGIN:VCARD\nFN:First\nEND:VCARDBEGIN:VCARD\nFN:Second\nEND:VCARD"
    assert [one.cells[1] for one in cards(io.StringIO(text, newline=""))] == ["First", "Second"]


def test_a_card_that_never_ends_is_told_and_stays_small():
    text = "BEGIN:VCARD\nFN:Endless\n" + "TEL:+351 912 555 014\nEMAIL:a@x.example\n" * 10_000 + " folded" * 100_000
    (record,) = cards(io.StringIO(text, newline=""))
    assert (record.trouble, record.cells[1]) == ("never closed", "Endless")
    assert sum(map(len, record.cells)) < 25_000


@pytest.mark.parametrize(("encoding", "start"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"")])
def test_a_file_of_cards_is_a_table_whatever_it_is_called(tmp_path: Path, encoding, start):
    path = tmp_path / "contacts.txt"
    path.write_bytes(start + (MODERN + MODERN.replace("17", "18")).encode(encoding))
    layout = describe(path)
    assert (layout.kind, layout.columns, layout.header) == ("vcf", COLUMNS, False)
    assert [one.cells[0] for one in Reading(path, layout)] == ["urn:uuid:17", "urn:uuid:18"]


def test_no_card_is_no_table(tmp_path: Path):
    path = tmp_path / "empty.vcf"
    path.write_text("\n \n")
    with pytest.raises(UnreadableError):
        describe(path)
