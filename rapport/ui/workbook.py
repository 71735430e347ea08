"""A table as an Excel workbook, written row by row."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from rapport.ui.export import PIECE, plain


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
