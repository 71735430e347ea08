"""From where what is being done is done: a page, a token, a job or a command, noted where it begins and told with each fact."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

HERE: ContextVar[dict[str, str] | None] = ContextVar("origin", default=None)


@contextmanager
def done_from(**told: str) -> Iterator[None]:
    """What is done within is done from here; what is said of an inner place is said besides."""
    token = HERE.set({**(HERE.get() or {}), **told})
    try:
        yield
    finally:
        HERE.reset(token)


def note_origin(**told: str) -> None:
    """Say more of the place that `done_from` opened, such as which token was brought; nothing where none was."""
    here = HERE.get()
    if here is not None:
        here.update(told)


def origin() -> dict[str, str]:
    """The place; empty where nobody said."""
    return {name: value for name, value in (HERE.get() or {}).items() if value}


def from_job(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
    """``run`` as the job ``name``."""

    @wraps(run)
    def running(*given: Any, **named: Any) -> Any:
        with done_from(job=name):
            return run(*given, **named)

    return running
