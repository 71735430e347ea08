"""Why an interaction stands on nobody's timeline: it waits in the queue, for a reason."""

from urllib.parse import quote

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from rapport.customers.veil import hidden_kinds
from rapport.people.models import User
from rapport.timeline.models import Interaction, Participation
from rapport.timeline.queue import explained
from rapport.timeline.read import Cursor, Entry
from rapport.ui.why import Cause

MOST = 5
# The newest of what waits; beyond that somebody has given up on the queue, and the queue itself says so.
LOOKED_AT = 2_000


def why_unassigned(words: str, reader: User) -> list[Cause]:
    """What waits and came from the address or number in ``words``, or bears them in its subject."""
    visible = Interaction.objects.visible_to(reader).unassigned().order_by("-at", "-pk")
    newest = list(visible.values_list("pk", flat=True)[:LOOKED_AT])
    from_them = Participation.objects.filter(interaction=OuterRef("pk"), clue_value__icontains=words)
    if hidden_kinds(reader):
        # An address must not be guessed, letter by letter.
        from_them = from_them.none()
    found = Interaction.objects.filter(Q(pk__in=newest) & (Exists(from_them) | Q(subject__icontains=words)))
    ids = list(found.order_by("-at", "-pk").values_list("pk", flat=True)[:MOST])
    return [
        Cause(
            " ".join(one.reasons),
            place_of(one.entry),
            one.entry.at,
            str(one.line.title or one.line.kind),
        )
        for one in explained(ids, reader=reader)
    ]


def place_of(entry: Entry) -> str:
    """The page of the queue that begins with ``entry``."""
    return f"{reverse('unassigned')}?before={quote(str(Cursor(entry.at, entry.id + 1)))}"
