"""Say how many there are, whatever they are."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.ui.counting import Count
from rapport.ui.templatetags.ui import count as in_words


def entries(count: Count) -> str:
    if count.more:
        return _("more than 1,000 entries")
    if count.about:
        return _("about %(number)s entries") % {"number": in_words(count.number)}
    return ngettext("%(number)d entry", "%(number)d entries", count.number) % {"number": count.number}
