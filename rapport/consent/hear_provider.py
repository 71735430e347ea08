"""Hear what a mail provider reports by webhook, as what servers report by mail is heard."""

from collections.abc import Iterable
from datetime import datetime

from rapport.channels.mail.reports import Report
from rapport.consent.hear import hear
from rapport.consent.models import Message, State


def hear_provider(reports: Iterable[Report], *, at: datetime) -> bool:
    """Whether all of it is known now; what is about a letter that is still being handed over is to come again."""
    told = list(reports)
    sending = Message.objects.filter(message_id__in=[one.message_id for one in told], state=State.SENDING)
    leaving = set(sending.values_list("message_id", flat=True))
    for one in told:
        if one.message_id not in leaving:
            hear(one, at=at)
    return not leaving
