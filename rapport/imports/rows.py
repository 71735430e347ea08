"""The rows of a planned file: those that its conditions ask for, as they were before a failed one was handed back."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rapport.imports.plan import REASON, Plan
from rapport.lib.layouts import Layout, Row
from rapport.lib.tables import Reading

# What a spreadsheet would take for a formula, and the mark itself, so that every cell reads back as it was.
RISKY = ("=", "+", "-", "@", "\t", "\r", "'")
BYTE_ORDER_MARK = "\ufeff"


class PlannedRows:
    """The rows of the file at ``path``, ``chosen`` or not by the plan's conditions."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self._reading = Reading(path, plan.layout)
        self._layout = plan.layout
        alternatives: dict[int, set[str]] = {}
        for condition in plan.where:
            alternatives.setdefault(plan.columns.index(condition.column), set()).add(condition.value.strip())
        self._conditions = tuple(alternatives.items())

    @property
    def share(self) -> float:
        return self._reading.share

    def __iter__(self) -> Iterator[Row]:
        return restored(self._reading, self._layout)

    def chosen(self, row: Row) -> bool:
        return all(row.cells[place].strip() in values for place, values in self._conditions)


def restored(rows: Iterable[Row], layout: Layout) -> Iterator[Row]:
    """``rows`` as they were before they were handed back with the reason why they failed."""
    if REASON not in layout.columns:
        return iter(rows)
    reason = layout.columns.index(REASON)
    return (row._replace(cells=[*map(plain, row.cells[:reason]), *map(plain, row.cells[reason + 1 :])]) for row in rows)


def safe(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(RISKY) else cell


def plain(cell: str) -> str:
    """The cell that ``safe`` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


class Failed(Protocol):
    """A failed row, as it is kept."""

    reason: str
    cells: list[str]


@dataclass
class Line:
    """Takes what a csv writer writes and hands it on."""

    text: str = ""

    def write(self, text: str) -> None:
        self.text = text


def failed_file(plan: Plan, failures: Iterable[Failed]) -> Iterator[str]:
    """The failed rows as a file like the one they came from, with the reason in an added column."""
    line = Line()
    delimiter = plan.layout.delimiter if plan.layout.delimiter != " " else ","
    writer = csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    width = len(plan.columns)
    writer.writerow([*map(safe, plan.columns), REASON])
    yield BYTE_ORDER_MARK + line.text
    for failure in failures:
        cells = list(map(safe, failure.cells))
        writer.writerow([*cells[:width], safe(failure.reason), *cells[width:]])
        yield line.text
