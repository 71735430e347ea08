"""Put something that a colleague wrote on the timeline, once however often it is sent."""

from datetime import datetime

from django.db import connection, transaction

from rapport.channels.inbound import Inbound
from rapport.people.models import User
from rapport.timeline.models import Receipt
from rapport.timeline.receive import receive

OURS = "rapport"


@transaction.atomic
def write_down(inbound: Inbound, *, by: User, at: datetime) -> int:
    """The id of the interaction that ``inbound`` became, now or when its key came first."""
    with connection.cursor() as cursor:
        # A second sending of the same form waits here, and then finds what the first one wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [inbound.external_id])
    known = Receipt.objects.filter(source=inbound.source, external_id=inbound.external_id).first()
    return known.pk if known else receive([inbound], by=by, at=at)[0].interaction_id


def own_key(key: str, by: User) -> str:
    """The key of a form, made its sender's own: nobody can answer for what another wrote."""
    return f"{by.pk}:{key}"
