"""How what a rule did in one run is told and taken back."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from rapport.journal.change import Change
from rapport.journal.ways_back import Choices, WayBack
from rapport.people.models import User
from rapport.rules.models import Run
from rapport.rules.take_back import take_back
from rapport.rules.then import THENS


def words(change: Change) -> str:
    told = change.details
    known = {"rule": told["rule"], "what": THENS[told["then"]].words(told["said"]), "number": told["number"]}
    text = ngettext(
        "%(rule)s: %(what)s (%(number)d customer)", "%(rule)s: %(what)s (%(number)d customers)", told["number"]
    )
    return text % known


def undo(change: Change, *, by: User, at: datetime, choices: Choices) -> None:  # noqa: ARG001
    """What somebody changed since stays; the page of the run says so."""
    take_back(Run.objects.get(pk=change.back["run"]), by=by, at=at)


def seen(change: Change, user: User) -> bool:
    return Run.objects.visible_to(user).filter(pk=change.back["run"]).exists()


RULE = WayBack(
    "rules.change_rule",
    words,
    undo,
    seen,
    icon="wand",
    url=lambda change: reverse("rules:run", args=[change.back["run"]]),
)
