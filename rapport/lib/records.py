"""Turn lines into records as CSV does, without letting one stray quote swallow the rest of a file."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple, TextIO

LONGEST_LINE = 1_000_000
LONGEST_RECORD = 4_000_000
MOST_LINES = 2_000

Trouble = Literal["", "short", "long", "stray quote", "never closed", "too long", "bad cell"]


class Record(NamedTuple):
    line: int
    cells: list[str]
    trouble: Trouble


class Writing(NamedTuple):
    """How cells are set apart; a blank as delimiter means any run of white space."""

    delimiter: str
    quote: str
    escape: str


class RunawayError(Exception):
    """A record has taken more than any record should: a quote was opened and never closed."""


class Lines:
    """Hands lines to a csv reader, remembers those of the record in the making, and takes lines back."""

    def __init__(self, source: TextIO, *, blanks: bool) -> None:
        self._source, self._blanks = source, blanks
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.size, self.passed, self.ended, self.cut = 0, 0, False, False

    def begin(self) -> None:
        self.passed += len(self.taken)
        self.taken.clear()
        self.size, self.cut = 0, False

    def give_back(self) -> None:
        """Keep the first line of the record, return the others to be read again."""
        self._returned.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.ended = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._fresh()
        if not line:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self.size += len(line)
        if self.size > LONGEST_RECORD or len(self.taken) > MOST_LINES:
            raise RunawayError
        return line

    def _fresh(self) -> str:
        line = self._source.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            self.cut = True
            rest = line
            while rest and rest[-1] not in "\r\n":
                rest = self._source.readline(LONGEST_LINE)
        if "\0" in line:
            line = line.replace("\0", "") or " "
        if self._blanks and line:
            return " ".join(line.split()) + "\n"
        return line


def records(source: TextIO, writing: Writing, width: int = 0) -> Iterator[Record]:
    """Every record of ``source``, blank ones left out; ``width`` (when known) tells stray quotes from line breaks."""
    csv.field_size_limit(2 * LONGEST_RECORD)
    lines = Lines(source, blanks=writing.delimiter == " ")
    reader = _reader(lines, writing)
    while True:
        lines.begin()
        cells: list[str] | None = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (RunawayError, csv.Error):
            lines.ended = False
        start = lines.passed + 1
        trouble: Trouble = "too long" if lines.cut else ""
        if cells is None or len(lines.taken) > 1 or lines.ended:
            cells, mended = _mend(cells, lines, writing, width)
            if mended == "stray quote":
                reader = _reader(lines, writing)
            trouble = trouble or mended
        if any(cells) and (len(cells) > 1 or cells[0].strip()):
            yield Record(start, cells, trouble)


def _reader(lines: Iterator[str], writing: Writing) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=writing.delimiter,
        quotechar=writing.quote,
        escapechar=writing.escape or None,
        doublequote=not writing.escape,
    )


def _mend(cells: list[str] | None, lines: Lines, writing: Writing, width: int) -> tuple[list[str], Trouble]:
    """A record over several lines: as it is, unless its lines are whole records by themselves."""
    if cells is not None and len(lines.taken) == 1 and len(cells) == width:
        return cells, ""
    alone = [_alone(line, writing, width) for line in lines.taken]
    fit = [width > 1 and len(each) == width for each in alone]
    several, whole = len(lines.taken) > 1, all(fit)
    unclosed = several and lines.ended and _open_at_end("".join(lines.taken), writing)
    # Among the lines that a stray quote swallowed, some may be damaged in ways of their own. The last line of a cell
    # that really has several is a whole record only by chance.
    swallowed = several and (unclosed or fit[-1]) and sum(fit) > len(fit) / 2
    if cells is None or swallowed:
        lines.give_back()
        return alone[0], "stray quote"
    if lines.ended and whole:
        return alone[0], "stray quote"
    return cells, "never closed" if unclosed else ""


def _alone(line: str, writing: Writing, width: int) -> list[str]:
    """One line by itself, its quotes honoured if that gives the right width, taken literally otherwise."""
    line = line.rstrip("\r\n")
    quoted = next(_reader(iter([line]), writing), [])
    if len(quoted) == width:
        return quoted
    return line.split(writing.delimiter)


def _open_at_end(text: str, writing: Writing) -> bool:
    if writing.escape:
        text = text.replace(writing.escape + writing.quote, "")
    return text.count(writing.quote) % 2 == 1
