"""Answer why an entry of a calendar is not here: what became of it, or which calendar can't be read."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rapport.calendars.models import ReadingLine, SubscribedCalendar
from rapport.calendars.told import reason_in_words, trouble_in_words
from rapport.people.models import User
from rapport.ui.why import Cause

# Of a calendar that is read every hour the same entry stands in each reading.
LOOKED_AT, MOST = 60, 5


def why_entry(words: str, reader: User) -> list[Cause]:
    """What the newest reading says of each entry with these words in its title, or with this id."""
    lines = ReadingLine.objects.visible_to(reader).about(words).select_related("reading").order_by("-pk")
    newest: dict[str, ReadingLine] = {}
    for line in lines[:LOOKED_AT]:
        newest.setdefault(line.uid or str(line.pk), line)
    return [of_line(line) for line in list(newest.values())[:MOST]] or unread(words, reader)


def of_line(line: ReadingLine) -> Cause:
    # The page of the ledger that begins with it.
    place = urlencode({"outcome": line.outcome, "after": line.number - 1})
    url = f"{reverse('calendars:reading', args=[line.reading_id])}?{place}"
    text = f"{line.get_outcome_display()}. {reason_in_words(line.reason)}".strip()
    return Cause(text, url, line.starts_at, line.title or line.uid)


def unread(words: str, reader: User) -> list[Cause]:
    """One's own calendars that can't be read may hold it; an address or a number is no entry."""
    if "@" in words or words.isdigit():
        return []
    failing = SubscribedCalendar.objects.visible_to(reader).filter(user=reader, active=True).exclude(trouble="")
    return [
        Cause(
            _("It can't be read, so what stands in it is not here: %(why)s") % {"why": trouble_in_words(one.trouble)},
            reverse("calendars:calendar", args=[one.pk]),
            one.failing_since,
            one.name,
        )
        for one in failing.order_by("pk")[:MOST]
    ]
