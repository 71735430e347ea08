"""Let the database write down what a piece of an import writes, so that it can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def traced(run_id: int, step: int) -> Iterator[None]:
    """Whatever is written inside, in the caller's transaction, is of this run and step."""
    told(f"{run_id}:{step}")
    yield
    told("")


def told(step: str) -> None:
    with connection.cursor() as cursor:
        # Read by the triggers; it ends with the transaction, also when that is rolled back.
        cursor.execute("SELECT set_config('rapport.step', %s, true)", [step])
