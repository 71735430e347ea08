"""Read any CSV or XLSX table and any file of vCards, plain, gzipped or xz-ed, row by row in flat memory."""

import codecs
import csv
import gzip
import importlib
import io
import lzma
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import ParseError

import charset_normalizer
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from rapport.lib.layouts import Layout, Row, UnreadableError
from rapport.lib.records import Record, Trouble, Writing, records
from rapport.lib.vcards import BEGINNING, COLUMNS, cards

SAMPLE = 256 * 1024
# What a sheet shows instead of a value that it could not work out; a search that found nothing is an empty cell and no error.
SHEET_ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
NOTHING_FOUND = "#N/A"
MOST_UNPACKED = 8 * 1024**3
MOST_TEXTS, MOST_STYLES = 512 * 1024**2, 8 * 1024**2
MOST_COLUMNS = 1_000
# What a sheet of Excel holds.
MOST_LINES = 1_048_576
# More of a cell is not looked at to tell what it is; patterns take long for long texts that fit almost.
TELLING = 200
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What exports are written in, Western first: a short sample fits many code pages equally well.
CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r", "shift_jis", "gb18030", "big5", "euc_kr"]
LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
DELIMITERS = [",", ";", "\t", "|", " "]
QUOTES = frozenset("'\"")
# Of how many lines their cells are counted.
FEWEST_LINES, LINES = 2, 200
VALUE_LIKE = re.compile(r"[-+(]?[\d.,:/ ]*\d[\d.,:/ )%-]*|[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+|\d{4}-\d\d-\d\d.*")
DAMAGE = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError)


def describe(path: Path, *, header: bool | None = None) -> Layout:
    """Find out how ``path`` is written; ``header`` overrules what it looks like."""
    try:
        if _is_workbook(path):
            return _describe_workbook(path, header=header)
        return _describe_text(path, header=header)
    except DAMAGE as error:
        raise UnreadableError(str(error) or type(error).__name__) from error


class Reading:
    """The rows of a file, once; ``share`` says how much of it has been read."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path, self._layout = path, layout
        self._size = max(path.stat().st_size, 1)
        self._raw: BinaryIO | None = None

    @property
    def share(self) -> float:
        return 1.0 if self._raw is None or self._raw.closed else min(self._raw.tell() / self._size, 1.0)

    def __iter__(self) -> Iterator[Row]:
        width = len(self._layout.columns)
        before = self._layout.skip + self._layout.header
        with self._path.open("rb") as raw:
            self._raw = raw
            try:
                for number, (line, cells, trouble) in enumerate(islice(self._records(raw), before, None), start=1):
                    if len(cells) == width:
                        yield Row(number, line, cells, trouble)
                    elif len(cells) < width:
                        yield Row(number, line, cells + [""] * (width - len(cells)), trouble or "short")
                    else:
                        yield Row(number, line, *_trimmed(cells, width, trouble))
            except DAMAGE as error:
                raise UnreadableError(str(error) or type(error).__name__) from error

    def _records(self, raw: BinaryIO) -> Iterator[Record]:
        if self._layout.kind == "xlsx":
            return _sheet_records(raw, self._layout.sheet)
        text = io.TextIOWrapper(_unpacked(raw), encoding=self._layout.encoding, errors="western", newline="")
        if self._layout.kind == "vcf":
            return cards(text)
        return records(text, self._layout.writing, len(self._layout.columns))


def _trimmed(cells: list[str], width: int, trouble: Trouble) -> tuple[list[str], Trouble]:
    while len(cells) > width and not cells[-1]:
        cells.pop()
    return cells, trouble if len(cells) == width else trouble or "long"


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read single bytes that the encoding does not know as Windows-1252 does: files pasted together are common."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    damaged = error.object[error.start : error.end]
    try:
        return damaged.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return damaged.decode("latin-1"), error.end


codecs.register_error("western", _western)


def _unpacked(raw: BinaryIO) -> BinaryIO:
    """The bytes inside, whatever the file is called."""
    magic = raw.read(6)
    raw.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return cast("BinaryIO", gzip.open(raw))
    if magic == b"\xfd7zXZ\x00":
        return cast("BinaryIO", lzma.open(raw))
    return raw


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as raw:
        magic = _unpacked(raw).read(4)
    if magic == b"\xd0\xcf\x11\xe0":
        message = "old Excel file (.xls): save it as .xlsx or .csv"
        raise UnreadableError(message)
    return magic == b"PK\x03\x04"


def _describe_text(path: Path, *, header: bool | None) -> Layout:
    with path.open("rb") as raw:
        sample = _unpacked(raw).read(SAMPLE)
    if not sample.strip():
        message = "the file is empty"
        raise UnreadableError(message)
    encoding = _encoding(sample, whole=len(sample) < SAMPLE)
    text = sample.decode(encoding, errors="western").replace("\0", "")
    if len(sample) == SAMPLE:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    if BEGINNING.match(text):
        return Layout("vcf", COLUMNS, header=False, encoding=encoding)
    writing = _writing(text)
    # The width is known only after a first look; the second look can tell stray quotes by it.
    width = _usual_width([record.cells for record in islice(records(io.StringIO(text, newline=""), writing), 200)])
    first = [record.cells for record in islice(records(io.StringIO(text, newline=""), writing, width), 200)]
    if first and re.fullmatch(r"sep=.?", first[0][0].strip()) and not any(first[0][1:]):
        skip = 1
    else:
        skip = _preamble(first, width)
    named, columns = _columns(first[skip:], header=header)
    return Layout("csv", columns, named, skip, encoding, *writing)


def _encoding(sample: bytes, *, whole: bool) -> str:
    for mark, name in BOMS.items():
        if sample.startswith(mark):
            return name
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError:
        # Files pasted together are UTF-8 for the most part: then only the strangers are read as Windows-1252.
        whole_letters = re.findall(
            rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", sample
        )
        strangers = len(re.findall(rb"[\x80-\xff]", sample)) - sum(map(len, whole_letters))
        return "utf-8" if len(whole_letters) > 3 * strangers else _code_page(sample)
    return "utf-8"


def _code_page(sample: bytes) -> str:
    """What charset-normalizer finds, Western unless another page makes clearly better sense of it."""
    telling = b"\n".join(line for line in sample.splitlines() if not line.isascii())
    found = charset_normalizer.from_bytes(telling, cp_isolation=CODE_PAGES)
    best = found.best()
    western = next((match for match in found if match.encoding == "cp1252"), None)
    if best is None or (western and western.chaos <= best.chaos):
        return "cp1252"
    return best.encoding


def _writing(text: str) -> Writing:
    told = re.match(r'"?sep=([,;\t| ])"?\r?\n', text)
    if told:
        return Writing(told[1], '"', "")
    delimiter = _beyond_doubt(text)
    if delimiter:
        return Writing(delimiter, '"', "")
    # Loaded only now: most files leave no doubt.
    found = importlib.import_module("rapport.lib.dialects").guessed(text, DELIMITERS)
    delimiter = found.delimiter or _by_counting(text)
    if delimiter == " " and (rival := _by_counting(text)) in text.partition("\n")[0]:
        # Sentences of equal length look like columns of words.
        delimiter = rival
    single = found.quote == "'" and '"' not in text
    escape = "\\" if '\\"' in text and '""' not in text else ""
    return Writing(delimiter, "'" if single else '"', escape)


def _beyond_doubt(text: str) -> str:
    """The delimiter that cuts every line into equally many cells where no other one can; empty when there is doubt."""
    head = text.partition("\n")[0]
    inside = [delimiter for delimiter in DELIMITERS[:-1] if delimiter in head]
    if len(inside) > 1:
        # A comma with a blank behind it belongs to a sentence.
        inside = [delimiter for delimiter in inside if re.search(re.escape(delimiter) + r"\S", head)]
    if len(inside) != 1 or "'" in head or "\\" in text or text.count("\n") < FEWEST_LINES:
        return ""
    (delimiter,) = inside
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), LINES))
    except csv.Error:
        return ""
    # A quote of the other kind around cells, or a quote amid one, is for whoever knows more ways to write.
    odd = any(
        len(row) != len(rows[0]) or any(cell[:1] in QUOTES or cell.count('"') % 2 for cell in row) for row in rows
    )
    return "" if odd else delimiter


def _by_counting(text: str) -> str:
    """The delimiter that cuts most lines into the same number of cells; a comma when nothing does."""
    lines = text.splitlines()[:200]

    def fit(delimiter: str) -> float:
        widths = Counter(line.count(delimiter) for line in lines if line)
        usual, times = widths.most_common(1)[0] if widths else (0, 0)
        return times / len(lines) if usual else 0.0

    best = max(DELIMITERS[:-1], key=fit)
    return best if fit(best) else ","


def _usual_width(first: list[list[str]]) -> int:
    widths = Counter(len(cells) for cells in first)
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def _preamble(first: list[list[str]], width: int) -> int:
    """How many leading rows are a title above the table and not the table."""
    skip = 0
    while width > 2 and skip < min(len(first) - 1, 10) and sum(bool(cell.strip()) for cell in first[skip]) <= 1:  # noqa: PLR2004
        skip += 1
    return skip


def _columns(first: list[list[str]], *, header: bool | None) -> tuple[bool, tuple[str, ...]]:
    if not first:
        message = "the file holds no rows"
        raise UnreadableError(message)
    if max(map(len, first)) > MOST_COLUMNS:
        message = f"more than {MOST_COLUMNS:,} columns"
        raise UnreadableError(message)
    named = _has_header(first) if header is None else header
    if not named:
        return False, tuple(str(number) for number in range(1, _usual_width(first) + 1))
    return True, _distinct(first[0])


def _has_header(first: list[list[str]]) -> bool:
    """A header's cells are names: none looks like a value, none appears again below it."""
    names = [cell.strip()[:TELLING] for cell in first[0]]
    filled = [name for name in names if name]
    valued = sum(bool(VALUE_LIKE.fullmatch(name)) for name in filled)
    if valued * 2 >= len(filled):
        return False
    if valued == 0:
        return True
    below = [[cell.strip()[:TELLING] for cell in cells] for cells in first[1:]]
    again = sum(any(at < len(row) and row[at] == name for row in below) for at, name in enumerate(names) if name)
    return again * 2 < len(filled)


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The names as they stand, a number for the nameless, a count behind those that repeat."""
    given: dict[str, None] = {}
    for position, written in enumerate(names, start=1):
        name = " ".join(written.split())[:TELLING] or str(position)
        again = 2
        unique = name
        while unique in given:
            unique = f"{name} ({again})"
            again += 1
        given[unique] = None
    return tuple(given)


def _describe_workbook(path: Path, *, header: bool | None) -> Layout:
    with path.open("rb") as raw:
        sheet = _fullest_sheet(raw)
    with path.open("rb") as raw:
        first = [record.cells for record in islice(_sheet_records(raw, sheet), 200)]
    skip = _preamble(first, _usual_width(first))
    named, columns = _columns(first[skip:], header=header)
    return Layout("xlsx", columns, named, skip, sheet=sheet)


def _workbook_bytes(raw: BinaryIO) -> BinaryIO:
    inside = _unpacked(raw)
    if inside is not raw:
        spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115
        shutil.copyfileobj(inside, spool)
        spool.seek(0)
        inside = spool
    with zipfile.ZipFile(inside) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
            message = "the workbook unpacks to more than 8 GiB"
            raise UnreadableError(message)
        if any(member.file_size > most_of(member.filename) for member in archive.infolist()):
            message = "the texts or the styles in the workbook are too large"
            raise UnreadableError(message)
    inside.seek(0)
    return inside


def most_of(part: str) -> int:
    """How large a part of a workbook may be: sheets are read row by row, the rest is held in memory as a whole."""
    if part.startswith("xl/worksheets/"):
        return MOST_UNPACKED
    return MOST_STYLES if part == "xl/styles.xml" else MOST_TEXTS


def _fullest_sheet(raw: BinaryIO) -> str:
    """The first sheet that holds more than one row."""
    book = load_workbook(_workbook_bytes(raw), read_only=True, data_only=True)
    for name in book.sheetnames:
        rows = getattr(book[name], "iter_rows", None)
        if rows and sum(1 for row in islice(rows(values_only=True), 20) if any(cell is not None for cell in row)) > 1:
            return name
    return str(book.sheetnames[0])


def _sheet_records(raw: BinaryIO, sheet: str) -> Iterator[Record]:
    book = load_workbook(_workbook_bytes(raw), read_only=True, data_only=True)
    page = book[sheet]
    # Some programs write a wrong size into the sheet.
    page.reset_dimensions()
    for line, values in enumerate(page.iter_rows(values_only=True), start=1):
        if line > MOST_LINES:
            # A last row that is numbered in the billions comes with all the empty ones before it.
            message = f"more than {MOST_LINES:,} rows in a sheet"
            raise UnreadableError(message)
        cells = [_cell(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            sound = SHEET_ERRORS.isdisjoint(value for value in values if isinstance(value, str))
            yield Record(line, cells, "" if sound else "bad cell")


def _cell(value: object) -> str:
    """A typed cell as text that reads back to the same value."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    text = str(value)
    return "" if text == NOTHING_FOUND or text in SHEET_ERRORS else text.replace("\0", "")
