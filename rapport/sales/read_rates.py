"""Read exchange rates from a table: a line for each, or a column for each currency as central banks write them."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.lib.layouts import UnreadableError
from rapport.lib.numbers import decimal_mark, read_currency, read_number
from rapport.lib.tables import Reading, describe
from rapport.sales.rate import PLACES

MOST_BYTES, MOST_FAULTS = 5_000_000, 5
NAMES = {
    "currency": {"currency", "code", "währung", "waehrung"},
    "day": {"day", "date", "since", "from", "datum", "tag", "ab"},
    "rate": {"rate", "kurs", "value", "wert"},
}
NOTHING = {"", "-", "–", "n/a", "na"}
LEAST = Decimal(1).scaleb(-PLACES)
LARGEST = Decimal(10) ** 9


@dataclass(frozen=True)
class Said:
    currency: str
    since: date
    rate: Decimal


@dataclass(frozen=True)
class Faults:
    """Why nothing of the file was taken, in the reader's language."""

    words: Sequence[str]


def read_rates(chunks: Iterable[bytes], *, home: str) -> list[Said] | Faults:
    """All rates of the file, or what is wrong with it; a rate is what one unit is worth in ``home``.

    In a table with a column for each currency a cell is how many of it one ``home`` buys.
    """
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > MOST_BYTES:
                return Faults([_("The file is too large.")])
            file.write(chunk)
        file.flush()
        try:
            layout = describe(Path(file.name), header=True)
            rows = [(row.line, row.cells) for row in Reading(Path(file.name), layout)]
        except UnreadableError:
            return Faults([_("This is no table that can be read.")])
    columns = [str(one).strip().lower() for one in layout.columns]
    found = list(by_line(columns, rows, home) or by_column(columns, rows, home))
    faults = [one for one in found if isinstance(one, str)]
    if not found:
        faults = [_("There is no rate in it. Its columns should be: currency, day, rate.")]
    return Faults(faults[:MOST_FAULTS]) if faults else [one for one in found if isinstance(one, Said)]


def by_line(columns: Sequence[str], rows: Sequence[tuple[int, list[str]]], home: str) -> list[Said | str]:
    places = {name: next((columns.index(one) for one in columns if one in words), -1) for name, words in NAMES.items()}
    if min(places.values()) < 0:
        return []
    mark, _sure = decimal_mark(cells[places["rate"]] for _line, cells in rows)
    return [
        one_rate(line, cells[places["currency"]], cells[places["day"]], read_number(cells[places["rate"]], mark), home)
        for line, cells in rows
        if any(cells)
    ]


def by_column(columns: Sequence[str], rows: Sequence[tuple[int, list[str]]], home: str) -> Iterator[Said | str]:
    codes = {place: code for place, name in enumerate(columns) if len(name) == 3 and (code := read_currency(name))}  # noqa: PLR2004
    day = next((columns.index(one) for one in columns if one in NAMES["day"]), -1)
    if day < 0:
        return
    for line, cells in rows:
        for place, code in codes.items():
            text = cells[place].strip()
            if text.lower() in NOTHING or code == home:
                continue
            many = read_number(text)
            yield one_rate(line, code, cells[day], 1 / many if many else None, home)


def one_rate(line: int, code: str, day: str, rate: Decimal | None, home: str) -> Said | str:
    """The rate that a line says, or what is wrong with it."""
    currency, since = read_currency(code), read_day(day)
    if not currency or currency == home:
        return _("Line %(line)s: “%(text)s” is no other currency.") % {"line": line, "text": code[:20]}
    if since is None:
        return _("Line %(line)s: “%(text)s” is no day such as 2026-11-28.") % {"line": line, "text": day[:20]}
    if rate is None or not LEAST <= rate < LARGEST:
        return _("Line %(line)s: this is no rate above nothing.") % {"line": line}
    return Said(currency, since, round(rate, PLACES))


def read_day(text: str) -> date | None:
    text = text.strip()
    turned = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    try:
        return date(int(turned[3]), int(turned[2]), int(turned[1])) if turned else date.fromisoformat(text[:10])
    except ValueError:
        return None
