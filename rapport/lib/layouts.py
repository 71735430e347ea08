"""How a table is written and what a row of it is; kept apart from reading it, which takes half a second to load."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapport.lib.records import Trouble, Writing


class UnreadableError(Exception):
    """The file is no table that can be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written, and what its columns are called."""

    kind: Literal["csv", "xlsx", "vcf"]
    columns: tuple[str, ...]
    header: bool
    skip: int = 0
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    sheet: str = ""

    @property
    def writing(self) -> Writing:
        return Writing(self.delimiter, self.quote, self.escape)


class Row(NamedTuple):
    """``number`` counts the rows of data from 1; ``line`` is where an editor shows it."""

    number: int
    line: int
    cells: list[str]
    trouble: Trouble
