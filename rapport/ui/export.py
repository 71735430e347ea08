"""Hand a table out as a file, row by row, so that a million rows need no more memory than ten."""

import csv
import io
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
PIECE = 64 * 1024
# What a spreadsheet would run as a formula; a telephone number can call nothing.
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
TELEPHONE = re.compile(r"\+\d[\d ()./\-]*")


def export(
    form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, zone: tzinfo
) -> StreamingHttpResponse:
    """An attachment ``name`` in ``form`` (one of FORMS); moments stand in ``zone``."""
    pieces = (as_csv if form == "csv" else as_xlsx)(header, rows, zone)
    response = StreamingHttpResponse(flowing(pieces), content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


async def flowing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """``pieces`` as the server takes them; an ordinary iterator it would collect before it sends."""
    after = sync_to_async(lambda: next(pieces, None))
    while (piece := await after()) is not None:
        yield piece


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], zone: tzinfo) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    # Excel reads UTF-8 only with this mark.
    text.write("\ufeff")
    writer.writerow(header)
    for row in rows:
        writer.writerow([harmless(plain(value, zone)) for value in row])
        if text.tell() > PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def plain(value: Any, zone: tzinfo) -> Any:
    """A value as a cell holds it."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else value


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run starts with an apostrophe, so that it stays a text."""
    if isinstance(value, str) and FORMULA.match(value) and not TELEPHONE.fullmatch(value):
        return f"'{value}"
    return value


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]], zone: tzinfo) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([cell(sheet, label) for label in header])
    for row in rows:
        sheet.append([cell(sheet, plain(value, zone)) for value in row])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book.save(path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def cell(sheet: Any, value: Any) -> Any:
    """A text stays one, whatever it starts with."""
    if not isinstance(value, str):
        return value
    written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    written.data_type = "s"
    return written
