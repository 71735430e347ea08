"""A source corrects what it sent: the interaction says the new, the old version is kept."""

import json
from datetime import datetime

from django.db import connection
from django.db.models import F

from rapport.channels.inbound import Inbound
from rapport.identity.arrive import arrive
from rapport.lib.copying import as_json, copy_rows
from rapport.people.models import Brand
from rapport.timeline.content import LONGEST_SUBJECT, PARTICIPATION, participation_rows, plain
from rapport.timeline.models import Interaction, Receipt, Superseded
from rapport.timeline.tally import recount

KEPT = ("channel", "direction", "kind", "at", "subject", "text", "amount", "currency", "touchpoint", "data")


def correct(interaction_id: int, inbound: Inbound, content: bytes, *, at: datetime) -> None:
    """Replace the content and parties of an interaction, in the caller's transaction."""
    interaction = Interaction.objects.select_for_update().get(pk=interaction_id)
    before = list(interaction.participations.values("member_id", "role", "main", "clue_kind", "clue_value"))
    old = {name: str(getattr(interaction, name)) for name in KEPT if name != "data"}
    Superseded.objects.create(
        interaction=interaction,
        version=interaction.version,
        content={**old, "data": interaction.data, "parties": before},
        until=at,
    )
    arrived = arrive([inbound], at=at)[0]
    interaction.participations.all().delete()
    with connection.cursor() as cursor:
        copy_rows(cursor, "timeline_participation", PARTICIPATION, participation_rows(interaction_id, inbound, arrived))
    Interaction.objects.filter(pk=interaction_id).update(
        channel=inbound.channel,
        direction=inbound.direction,
        kind=plain(inbound.kind)[:60],
        at=inbound.at,
        subject=plain(inbound.subject)[:LONGEST_SUBJECT],
        text=plain(inbound.text),
        amount=inbound.amount,
        currency=inbound.currency.upper()[:3],
        brand=Brand.objects.filter(name=inbound.brand).first(),
        touchpoint=plain(inbound.touchpoint)[:200],
        data=json.loads(as_json(inbound.data)),
        version=F("version") + 1,
        unassigned=arrived.member_id is None,
    )
    Receipt.objects.filter(pk=interaction_id).update(content=content)
    members = {row["member_id"] for row in before} | {seat.member_id for seat in arrived.seats}
    recount([member_id for member_id in members if member_id])
