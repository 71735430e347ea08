"""Ask the database for no longer than somebody would wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooLongError(Exception):
    """The answer did not come in time; nothing was changed."""


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Every statement within ends after ``seconds``. Raises TooLongError."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1_000)}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except OperationalError as problem:
        if isinstance(problem.__cause__, QueryCanceled):
            raise TooLongError from problem
        raise
