"""How a retired template is told and taken back."""

from datetime import datetime

from django.utils.translation import gettext as _

from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, UndoError, WayBack
from rapport.letters.models import Template
from rapport.letters.retire import take_up
from rapport.people.models import User


def words(change: Change) -> str:
    return _("Template retired: %(name)s") % {"name": change.details["name"]}


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    if not take_up(Template.objects.get(pk=change.back["template"])):
        raise UndoError("taken meanwhile")


def seen(change: Change, user: User) -> bool:
    return Template.objects.visible_to(user).filter(pk=change.back["template"]).exists()


TEMPLATE = WayBack("letters.change_template", words, undo, seen, icon="template")
