"""How merges, and their taking back, are told and taken back."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.customers.ways_back import all_seen
from rapport.identity.merge import MergeError
from rapport.identity.merge_again import merge_again
from rapport.identity.models import Merge
from rapport.identity.unmerge import unmerge
from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User


def undo_merge(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    try:
        unmerge(Merge.objects.get(pk=change.back["merge"]), by=by, at=at)
    except MergeError as problem:
        raise UndoError(problem.code) from problem


def undo_parting(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    merge = Merge.objects.get(pk=change.back["merge"])
    try:
        merge_again(merge, change.back["choices"], by=by, at=at)
    except MergeError as problem:
        raise UndoError(problem.code) from problem


MERGED = WayBack(
    "identity.merge_customer", lambda _change: _("Two records became one"), undo_merge, all_seen, icon="arrows-join-2"
)
PARTED = WayBack(
    "identity.merge_customer",
    lambda _change: _("A merge was taken back"),
    undo_parting,
    all_seen,
    icon="arrows-split-2",
)
