"""Tell whoever wrote a message that it did not arrive, as something to do."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from rapport.agenda.add_task import add_task
from rapport.consent.models import Message, State

TOLD = (State.REFUSED, State.FAILED, State.DOUBT, State.RETURNED)


def tell(message_id: int, *, at: datetime) -> None:
    """One task about each trouble."""
    message = Message.objects.select_related("by", "member__customer").get(pk=message_id)
    if message.state not in TOLD or message.by is None or message.member is None or message.closed_at:
        return
    with override(message.by.language or None):
        title = title_of(message)
    known = message.by.tasks.open().filter(title=title, member__customer=message.member.customer_id)
    if not known.exists():
        add_task(title, assignee=message.by, by=message.by, at=at, due_at=at, customer=message.member.customer)


def title_of(message: Message) -> str:
    told = {"subject": message.subject[:200], "to": message.to[0][:100]}
    if message.state == State.DOUBT:
        return _("Did “%(subject)s” reach %(to)s? It is in doubt") % told
    if message.state == State.RETURNED:
        return _("“%(subject)s” to %(to)s came back") % told
    return _("“%(subject)s” to %(to)s was not sent") % told
