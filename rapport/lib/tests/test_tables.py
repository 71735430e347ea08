"""Each trap that a real export lays, read as a person would read it."""

import gzip
import lzma
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from rapport.lib.layouts import UnreadableError
from rapport.lib.moments import read_moment
from rapport.lib.numbers import read_number
from rapport.lib.tables import Reading, describe
from rapport.lib.values import learn


def table(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def cells(path: Path, *, header: bool | None = None) -> list[list[str]]:
    return [row.cells for row in Reading(path, describe(path, header=header))]


@pytest.fixture
def at(tmp_path):
    return tmp_path / "export.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(at, delimiter):
    lines = [delimiter.join(row) for row in [["id", "name", "city"], ["1", "Ann", "Bath"], ["2", "Bo", "Rom"]]]
    layout = describe(table(at, "\n".join(lines)))
    assert layout.delimiter == delimiter
    assert layout.columns == ("id", "name", "city")


def test_sentences_of_equal_length_are_no_columns(at):
    text = "Thank you for the offer. We would like to go ahead and need the machines by the end of the month."
    rows = "".join(
        f"17-{n},2026-02-01T10:00:00+00:00,email,inbound,ann.{n}@firm{n}.example,{text}\n" for n in range(99)
    )
    layout = describe(table(at, "id,occurred_at,channel,direction,email,text\n" + rows))
    assert layout.columns == ("id", "occurred_at", "channel", "direction", "email", "text")


@pytest.mark.parametrize(
    ("text", "delimiter", "quote"),
    [
        ('id,name\n1,O\'Brien\n2,"Lee, Ann"\n', ",", '"'),
        ("id;price\n1;1,50\n2;2,50\n", ";", '"'),
        ("id,'full name'\n1,'Lee, Ann'\n2,'Kim, Bo'\n", ",", "'"),
        ("name;one, two\nLee;a, b\nKim;c, d\n", ";", '"'),
    ],
)
def test_what_leaves_no_doubt_is_read_as_what_takes_guessing(at, text, delimiter, quote):
    layout = describe(table(at, text))
    assert (layout.delimiter, layout.quote) == (delimiter, quote)


def test_columns_set_apart_by_runs_of_blanks_are_found(at):
    table(at, "".join(f" 0000{n} 000{n} 1997010{n}  {n}   29.3{n}\n" for n in range(1, 9)))
    layout = describe(at)
    assert layout.header is False
    assert layout.columns == ("1", "2", "3", "4", "5")
    assert cells(at)[0] == ["00001", "0001", "19970101", "1", "29.31"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_any_encoding_is_read(at, encoding):
    text = "Name;Straße;Ort\nJürgen Müller;Größte Straße 5;Köln\nÉmile Durée;Rue de la Paix 3;Orléans\n"
    table(at, text, encoding)
    assert describe(at).columns == ("Name", "Straße", "Ort")
    assert cells(at)[0] == ["Jürgen Müller", "Größte Straße 5", "Köln"]


def test_a_file_of_mixed_encodings_loses_no_letter(at):
    good = "".join(f"{n},Zoë Ångström,Malmö\n" for n in range(20)).encode()
    table(at, b"id,name,city\n" + good + "99,Jürgen,Köln\n".encode("latin-1"))
    rows = cells(at)
    assert rows[0][1] == "Zoë Ångström"
    assert rows[-1] == ["99", "Jürgen", "Köln"]


def test_line_breaks_and_quotes_inside_cells_survive(at):
    table(at, 'id,note,city\n1,"first\nsecond, ""third""",Bath\n2,plain,Rom\n')
    assert cells(at) == [["1", 'first\nsecond, "third"', "Bath"], ["2", "plain", "Rom"]]


def test_a_stray_quote_spoils_only_its_own_row(at):
    table(at, 'id,name,city\n1,"Ann,Bath\n2,Bo,Rom\n3,"Cy",Oslo\n4,Di,Lima\n')
    rows = list(Reading(at, describe(at)))
    assert [row.cells[0] for row in rows] == ["1", "2", "3", "4"]
    assert rows[0].trouble == "stray quote"
    assert [row.trouble for row in rows[1:]] == ["", "", ""]


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(at):
    rows = "".join(f"{n},Name {n},City {n}\n" for n in range(2, 5_000))
    table(at, 'id,name,city\n1,"Ann,Bath\n' + rows)
    assert len(cells(at)) == 4_999


@pytest.mark.parametrize("later", ["", '9,"Zoe",Kyiv\n'])
def test_a_stray_quote_swallows_no_row_also_where_another_is_damaged(at, later):
    table(at, 'id,name,city\n1,"Ann,Bath\n2,Bo\n3,Cy,Oslo,x\n4,Di,Lima\n5,Ed,Bern\n6,Flo,Pisa\n7,Gus,Ulm\n' + later)
    rows = list(Reading(at, describe(at)))
    assert [row.cells[0] for row in rows] == ["1", "2", "3", "4", "5", "6", "7", *later[:1]]
    assert [row.trouble for row in rows][:4] == ["stray quote", "short", "long", ""]


def test_a_file_cut_off_within_a_cell_keeps_its_last_row(at):
    table(at, 'id,note,city\n1,ok,Bath\n2,"a long story\nthat ends in the mid')
    rows = list(Reading(at, describe(at)))
    assert len(rows) == 2
    assert rows[1].trouble == "never closed"
    assert rows[1].cells == ["2", "a long story\nthat ends in the mid", ""]


def test_rows_too_short_or_too_long_are_kept_and_told(at):
    table(at, "id,name,city\n1,Ann\n2,Bo,Rom,extra\n3,Cy,Oslo,,\n")
    rows = list(Reading(at, describe(at)))
    assert [(row.cells, row.trouble) for row in rows] == [
        (["1", "Ann", ""], "short"),
        (["2", "Bo", "Rom", "extra"], "long"),
        (["3", "Cy", "Oslo"], ""),
    ]


def test_blank_lines_and_rows_of_nothing_are_no_rows(at):
    table(at, "\n\nid,name\n1,Ann\n\n,\n   \n2,Bo\n\n")
    rows = list(Reading(at, describe(at)))
    assert [(row.number, row.line, row.cells) for row in rows] == [(1, 4, ["1", "Ann"]), (2, 8, ["2", "Bo"])]


def test_nul_bytes_are_dropped(at):
    table(at, b"id,name\n1,An\x00n\n2,Bo\n")
    assert cells(at) == [["1", "Ann"], ["2", "Bo"]]


def test_a_line_without_end_is_cut_and_told(at):
    table(at, "id,name\n1," + "x" * 3_000_000 + "\n2,Bo\n")
    rows = list(Reading(at, describe(at)))
    assert [row.trouble for row in rows] == ["too long", ""]
    assert rows[1].cells == ["2", "Bo"]


def test_old_line_ends_of_the_mac_are_line_ends(at):
    table(at, "id,name\r1,Ann\r2,Bo\r")
    assert cells(at) == [["1", "Ann"], ["2", "Bo"]]


def test_the_line_with_which_excel_names_the_delimiter_is_no_header(at):
    table(at, "sep=;\nid;name\n1;Ann\n")
    assert describe(at).columns == ("id", "name")
    assert cells(at) == [["1", "Ann"]]


def test_a_title_above_the_table_is_passed_over(at):
    table(at, "Customers of March,,,\n,,,\nid,name,city,zip\n1,Ann,Bath,1\n2,Bo,Rom,2\n")
    assert describe(at).columns == ("id", "name", "city", "zip")


def test_names_that_repeat_or_lack_are_told_apart(at):
    table(at, "id,Email,Email,\n1,a@b.co,c@d.co,x\n")
    assert describe(at).columns == ("id", "Email", "Email (2)", "4")


def test_a_header_is_told_from_a_first_row(at):
    assert describe(table(at, "1,Ann,ann@x.org,2020-01-01\n2,Bo,bo@x.org,2020-01-02\n")).header is False
    assert describe(table(at, "Name,Mail\nAnn,ann@x.org\n")).header is True
    assert describe(table(at, "Name,Mail\nAnn,ann@x.org\n"), header=False).columns == ("1", "2")


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_packed_files_are_unpacked_whatever_they_are_called(tmp_path, pack):
    path = table(tmp_path / "export", pack(b"id,name\n1,Ann\n"))
    assert cells(path) == [["1", "Ann"]]


def workbook(path: Path) -> Path:
    book = Workbook()
    book.active.title = "Read me"
    book.active.append(["Nothing here"])
    sheet = book.create_sheet("Data")
    sheet.append(["id", "name", "born", "seen", "amount", "vip"])
    sheet.append([1, "Ann", date(1990, 5, 4), datetime(2024, 3, 1, 14, 30), 12.5, True])  # noqa: DTZ001
    sheet.append([2.0, "Bo", None, None, "=1/0", False])
    book.save(path)
    return path


def test_a_workbook_keeps_its_dates_and_numbers(tmp_path):
    path = workbook(tmp_path / "book.xlsx")
    layout = describe(path)
    assert (layout.kind, layout.sheet) == ("xlsx", "Data")
    assert cells(path) == [
        ["1", "Ann", "1990-05-04", "2024-03-01 14:30:00", "12.5", "true"],
        ["2", "Bo", "", "", "", "false"],
    ]


@pytest.mark.filterwarnings("ignore:Cell B5 is marked as a date")
def test_a_cell_that_a_sheet_could_not_work_out_is_empty_and_its_row_told_of(tmp_path):
    path = tmp_path / "book.xlsx"
    book = Workbook()
    book.active.append(["name", "born", "seen"])
    for born in (date(1990, 5, 4), "#VALUE!", "#N/A", 7_000_000):
        book.active.append(["Ann", born, "soon"])
    book.active["B5"].number_format = "yyyy-mm-dd"
    book.save(path)
    rows = [(row.cells[1], row.trouble) for row in Reading(path, describe(path, header=True))]
    assert rows == [("1990-05-04", ""), ("", "bad cell"), ("", ""), ("", "bad cell")]


def test_a_packed_workbook_is_read_too(tmp_path):
    path = workbook(tmp_path / "book.xlsx")
    packed = table(tmp_path / "book.xlsx.gz", gzip.compress(path.read_bytes()))
    assert cells(packed) == cells(path)


@pytest.mark.parametrize(
    "content", [b"", b"   \n", b"PK\x03\x04 broken", b"\x1f\x8b\x08 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_table_is_refused_with_a_reason(at, content):
    with pytest.raises(UnreadableError) as refusal:
        describe(table(at, content))
    assert str(refusal.value)


def test_a_packed_file_that_ends_too_early_is_told(tmp_path):
    whole = gzip.compress(b"id,name\n" + b"".join(f"{n},Name {n}\n".encode() for n in range(200_000)))
    path = table(tmp_path / "cut.csv.gz", whole[: len(whole) // 2])
    layout = describe(path)
    with pytest.raises(UnreadableError):
        list(Reading(path, layout))


def test_memory_does_not_grow_with_the_file(at):
    with at.open("w") as out:
        out.write("id,name,city\n")
        out.writelines(f'{n},"Name, {n}",City {n}\n' for n in range(200_000))
    layout = describe(at)
    tracemalloc.start()
    count = sum(1 for _row in Reading(at, layout))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 200_000
    assert most < 5_000_000


LONG = 60_000


@pytest.mark.parametrize(
    "content",
    [
        "1" * LONG + "x,b\na,b\n",
        "a@" + "a." * LONG + "@,b\na,b\n",
        "name,phone,amount\n" + f"a,{'1' * LONG}x,{'1.' * LONG}x\n" * 3,
        "name,date\n" + f"a,{'2020-01-01' * 6_000}\n" * 3,
    ],
    ids=["number", "address", "cells", "dates"],
)
def test_long_texts_that_almost_fit_a_pattern_hold_nobody_up(at, content):
    begun = time.process_time()
    rows = cells(table(at, content))
    for column in zip(*rows, strict=True):
        learn(column)
        assert all(read_number(text) is None and read_moment(text) is None for text in column)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("names", ["a," * 2_000, ",".join(map(str, range(2_000)))])
def test_a_file_of_thousands_of_columns_is_refused(at, names):
    with pytest.raises(UnreadableError, match="columns"):
        describe(table(at, f"{names}\n{names}\n"))


def tampered(path: Path, **parts: bytes) -> Path:
    """A workbook with other parts than were written."""
    sheet = Workbook()
    sheet.active.append(["name", "email"])
    sheet.save(path)
    with zipfile.ZipFile(path) as whole:
        written = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in {**written, **parts}.items():
            whole.writestr(name, content)
    return path


def test_a_sheet_whose_last_row_is_numbered_in_the_billions_is_refused(tmp_path):
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999999"><c r="A999999999999"><v>1</v></c></row>'
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, rows)
    with pytest.raises(UnreadableError, match="rows"):
        describe(tampered(tmp_path / "far.xlsx", **{"xl/worksheets/sheet1.xml": sheet}))


def test_a_workbook_with_a_huge_part_that_would_be_held_in_memory_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="too large"):
        describe(tampered(tmp_path / "styles.xlsx", **{"xl/styles.xml": b" " * 9 * 1024**2}))
