"""Make the next piece while the one before is being worked on: reading needs no database, writing waits for it."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

Piece = TypeVar("Piece")
# Whoever waits for the database gets its turn back so soon; at 5 ms, as usual, it would wait longer than it works.
TURN_SECONDS = 0.0005


def ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """``pieces``, one made ahead in a thread of its own."""
    with quick_turns(), ThreadPoolExecutor(1, "ahead") as thread:
        # In the reader's language: reasons are told in it.
        context = copy_context()

        def made() -> Piece | None:
            return context.run(lambda: next(pieces, None))

        coming = thread.submit(made)
        while (piece := coming.result()) is not None:
            coming = thread.submit(made)
            yield piece


@contextmanager
def quick_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
