"""How a change of many records is told and taken back."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from rapport.bulk.models import BulkRun, State
from rapport.bulk.records import RECORDS
from rapport.bulk.take_back import action_of, start_taking_back
from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User


def words(change: Change) -> str:
    total = change.details["total"]
    many = ngettext("%(number)d record", "%(number)d records", total) % {"number": total}
    action = RECORDS[change.details["records"]].named(change.details["action"])
    return f"{action.label}: {many}"


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    run = BulkRun.objects.get(pk=change.back["run"])
    if not by.allows(action_of(run).needs):
        raise UndoError("not allowed")
    if not start_taking_back(run, by=by, at=at):
        raise UndoError("still running" if run.state == State.RUNNING else "not there")


def seen(change: Change, user: User) -> bool:
    return BulkRun.objects.visible_to(user).filter(pk=change.back["run"]).exists()


BULK = WayBack(
    "bulk.run_bulk",
    words,
    undo,
    seen,
    icon="stack-2",
    url=lambda change: reverse("bulk:run", args=[change.back["run"]]),
)
