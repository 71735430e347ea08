"""Say a rule in one sentence: when, if, then; and an event as its reason."""

from django.utils.translation import gettext as _

from rapport.people.models import User
from rapport.rules.conditions import in_words
from rapport.rules.models import Version
from rapport.rules.then import THENS
from rapport.rules.when import words_of_when


def sentence(version: Version, reader: User) -> str:
    told = {
        "when": words_of_when(version.when, version.asks),
        "if": _(" and ").join(in_words(version.conditions, reader)),
        "then": THENS[version.then].words(version.said),
    }
    if told["if"]:
        return _("When %(when)s, and of the customer %(if)s, then %(then)s.") % told
    return _("When %(when)s, then %(then)s.") % told
