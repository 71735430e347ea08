"""Which arrivals would rewrite what their sender must not see: knowing an id of a source is no right to it."""

from collections.abc import Sequence

from rapport.channels.inbound import Inbound
from rapport.people.models import User
from rapport.timeline.content import digest
from rapport.timeline.models import Interaction
from rapport.timeline.receive import receipts_of

NOT_YOURS = "Under this id of the source there is something else, which this token may not see."


def beyond(inbounds: Sequence[Inbound], *, sender: User | None) -> set[int]:
    """Their places among ``inbounds``. The same once more rewrites nothing, and what one said oneself one may correct."""
    if sender is None or not inbounds:
        return set()
    known = receipts_of([(one.source, one.external_id) for one in inbounds])
    if not known:
        return set()
    held = Interaction.objects.filter(pk__in=[pk for pk, _content in known.values()]).exclude(author=sender)
    hidden = set(held.exclude(pk__in=Interaction.objects.visible_to(sender).values("pk")).values_list("pk", flat=True))
    return {place for place, one in enumerate(inbounds) if hidden and rewrites(one, known, hidden)}


def rewrites(one: Inbound, known: dict[tuple[str, str], tuple[int, bytes]], hidden: set[int]) -> bool:
    pk, content = known.get((one.source, one.external_id), (0, b""))
    return pk in hidden and content != digest(one)
