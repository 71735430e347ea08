"""Why something is not where one looked for it: what a room answers, and how it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Cause:
    """One true cause in words; `url` leads to the place where it can be seen or mended."""

    text: str
    url: str = ""
    at: datetime | None = None
    about: str = ""


@dataclass(frozen=True)
class Explainer:
    """A room that may know: asked with the reader's words and the reader, it answers with at most a screenful."""

    title: "StrOrPromise"
    icon: str
    needs: str
    explain: Callable[[str, Any], Sequence[Cause]]
