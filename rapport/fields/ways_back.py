"""How a field that was retired, or taken up again, is told and taken back."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.fields.declare import DeclareError, put_away, take_up
from rapport.fields.models import CustomField
from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.people.models import User


def words(change: Change) -> str:
    name = {"name": change.details["name"]}
    return _("Field retired: %(name)s") % name if retired(change) else _("Field taken up again: %(name)s") % name


def retired(change: Change) -> bool:
    return bool(change.details["what"] == "retired")


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    field = CustomField.objects.select_for_update().get(pk=change.back["field"])
    if (field.retired_at is not None) != retired(change):
        raise UndoError("not there")
    try:
        if retired(change):
            take_up(field)
        else:
            put_away(field, at=at)
    except DeclareError as problem:
        raise UndoError("not possible") from problem


def seen(change: Change, user: User) -> bool:
    return CustomField.objects.visible_to(user).filter(pk=change.back["field"]).exists()


FIELD = WayBack("fields.change_field", words, undo, seen, icon="forms")
