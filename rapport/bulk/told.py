"""A run in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapport.bulk.models import BulkRun
from rapport.bulk.take_back import action_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Told:
    run: BulkRun
    title: "StrOrPromise"
    words: str


def told(run: BulkRun) -> Told:
    action = action_of(run)
    return Told(run, action.label, action.words(run.said))
