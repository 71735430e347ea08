"""How a deleted view of a list is told and brought back."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.lists.drop_view import restore_view
from rapport.lists.keep_view import ViewError
from rapport.lists.models import View
from rapport.people.models import User


def words(change: Change) -> str:
    return _("View deleted: %(name)s") % {"name": change.details["name"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    try:
        restore_view(View.objects.get(pk=change.back["view"]))
    except ViewError as problem:
        raise UndoError("taken meanwhile") from problem


def seen(change: Change, user: User) -> bool:
    return View.objects.visible_to(user).filter(pk=change.back["view"]).exists()


VIEW = WayBack("lists.keep_view", words, undo, seen, icon="list")
