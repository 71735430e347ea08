"""Hand a table out as a file, row by row, so that a million rows need no more memory than ten."""

import csv
import importlib
import io
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
PIECE = 64 * 1024
# What a spreadsheet would run as a formula; a telephone number can call nothing.
FORMULA = re.compile(r"\s*[=+\-@\t\r]")
TELEPHONE = re.compile(r"\+\d[\d ()./\-]*")


def export(
    form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, zone: tzinfo
) -> StreamingHttpResponse:
    """An attachment ``name`` in ``form`` (one of FORMS); moments stand in ``zone``."""
    pieces = pieces_of(form, header, rows, zone)
    response = StreamingHttpResponse(flowing(pieces), content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def pieces_of(form: str, header: Sequence[str], rows: Iterable[Sequence[Any]], zone: tzinfo) -> Iterator[bytes]:
    """A file in ``form``, piece by piece."""
    if form == "csv":
        return as_csv(header, rows, zone)
    # Loaded only now: it takes long, and few ask for one.
    workbook = importlib.import_module("rapport.ui.workbook")
    pieces: Iterator[bytes] = workbook.as_xlsx(header, rows, zone)
    return pieces


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
