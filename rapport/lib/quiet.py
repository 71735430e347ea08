"""Log what failed without the values that a database repeats in its complaints: a log outlives what it was about."""

import logging
import re
from types import TracebackType

# What PostgreSQL adds to a complaint: the row, the statement, the place in it. And what it quotes of a value.
ADDED = re.compile(
    r"^\s*(?:DETAIL|CONTEXT|HINT|QUERY|STATEMENT|LINE \d+):.*(?:\n(?!Traceback|\S+: |\s+File ).*)*", re.MULTILINE
)
QUOTED = re.compile(r"((?:invalid input|out of range|malformed|invalid value|value too long)[^\n\"]*)\"[^\n]*\"")
Told = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """As any other, but for the rows and values in complaints of the database."""

    def formatException(self, ei: Told) -> str:  # noqa: N802 as logging calls it
        return quiet(super().formatException(ei))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 as logging calls it
        return quiet(super().formatMessage(record))


def quiet(text: str) -> str:
    return QUOTED.sub(r'\1"…"', ADDED.sub("", text))
