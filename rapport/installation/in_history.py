"""Name in the histories of rows what changed them: each of what is told stands with its own rows only, also inside another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pghistory
from django.db import connection
from pghistory import runtime
from psycopg.sql import Composable


@contextmanager
def in_history(**told: str) -> Iterator[None]:
    """Rows changed within are kept with ``told`` and with what was told around it.

    An inner `pghistory.context` would join the outer one, and the last that was told would stand with the rows of all.
    """
    known = runtime._tracker  # noqa: SLF001 nothing else tells whether one is open
    outer = known.__dict__.pop("value", None)
    try:
        with connection.execute_wrapper(as_words), pghistory.context(**{**(outer.metadata if outer else {}), **told}):
            yield
    finally:
        if outer is not None:
            known.value = outer


def as_words(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001 as Django calls it
    """What is told goes before each statement, which for that has to be text, and then has values beside it."""
    cursor = context["cursor"]
    words = sql.as_string(cursor.connection) if isinstance(sql, Composable) else sql
    if params is None and "%" in words and runtime._can_inject_variable(cursor, words):  # type: ignore[no-untyped-call]  # noqa: SLF001 it decides
        words = words.replace("%", "%%")
    return execute(words, params, many, context)


def job_in_history(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
    """``run`` as the job ``name``."""

    @wraps(run)
    def running(*given: Any, **named: Any) -> Any:
        with in_history(job=name):
            return run(*given, **named)

    return running
