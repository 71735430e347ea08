"""Say who stands against us in a deal, who is out of it, and to whom it was lost."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rapport.journal.rows import Written, added, changed, image
from rapport.people.models import User
from rapport.sales.about_deal import tell
from rapport.sales.competitor import Competitor, Rival
from rapport.sales.deal import Deal


@transaction.atomic
def name_rival(deal_id: int, competitor: Competitor, role: str, *, by: User | None, at: datetime) -> Rival:
    """They stand against us in this deal, in this part; said again with another part, that changes."""
    deal = Deal.objects.select_for_update().get(pk=deal_id)
    known = Rival.objects.filter(deal=deal, competitor=competitor).first()
    if known and known.role == role:
        return known
    before = image(known) if known else None
    rival = known or Rival(deal=deal, competitor=competitor)
    rival.role = role
    rival.save()
    tell(deal, [changed(rival, before)], "rivals", by=by, at=at)
    return rival


@transaction.atomic
def drop_rival(rival: Rival, *, by: User | None, at: datetime) -> None:
    """They never stood against us in it."""
    deal = Deal.objects.select_for_update().get(pk=rival.deal_id)
    gone = Written(Rival, rival.pk, image(rival), None)
    rival.delete()
    tell(deal, [gone], "rivals", by=by, at=at)


def lose_to(deal: Deal, competitor: Competitor | None) -> Sequence[Written]:
    """The rows that say to whom ``deal``, which is locked, was lost; None: to nobody that we know, or it is not lost."""
    written = []
    for one in Rival.objects.filter(deal=deal, beat_us=True).exclude(competitor=competitor):
        before = image(one)
        one.beat_us = False
        one.save()
        written.append(changed(one, before))
    if competitor:
        known = Rival.objects.filter(deal=deal, competitor=competitor).first()
        if known is None:
            written.append(added(Rival.objects.create(deal=deal, competitor=competitor, beat_us=True)))
        elif not known.beat_us:
            before = image(known)
            known.beat_us = True
            known.save()
            written.append(changed(known, before))
    return written
