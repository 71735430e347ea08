"""How an import is told and taken back: in the background, step by step, with what stays reported on its page."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.imports.models import ImportRun
from rapport.imports.revert import start_revert
from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User


def words(change: Change) -> str:
    return _("Imported: %(file)s") % {"file": change.details["file"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    if not start_revert(ImportRun.objects.get(pk=change.back["run"]), by=by, at=at, defer=True):
        raise UndoError("not there")


def seen(change: Change, user: User) -> bool:
    return ImportRun.objects.visible_to(user).filter(pk=change.back["run"]).exists()


IMPORTED = WayBack(
    "imports.run_import",
    words,
    undo,
    seen,
    icon="file-import",
    url=lambda change: reverse("imports:run", args=[change.back["run"]]),
)
