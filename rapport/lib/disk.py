"""Whether it was the disk: of the database, or the one that files are kept on."""

import errno
from collections.abc import Iterator

import psycopg
from psycopg.errors import DiskFull

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What PostgreSQL says when its file system lets a file grow no further; it has no error code of its own for that.
TOO_LARGE = "File too large"


def is_full(error: BaseException | None) -> bool:
    """Whether ``error``, or what caused it, is that there was no room left."""
    return any(map(tells, causes(error)))


def tells(error: BaseException) -> bool:
    if isinstance(error, psycopg.Error):
        return isinstance(error, DiskFull) or str(error).partition("\n")[0].endswith(TOO_LARGE)
    return isinstance(error, OSError) and error.errno in FULL


def causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
