"""Say in words how the clock of a hand-over stands."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from rapport.handovers.handover import Handover, State
from rapport.sales.lead_words import NEARLY, SHORT, Clock, span


def clock_of(handover: Handover, *, at: datetime) -> Clock:
    """While it is with whoever receives: how much time is left; after the answer: how long it took."""
    if handover.state == State.ACCEPTED and handover.took is not None:
        return answered(handover, handover.took)
    if not handover.is_theirs or handover.due_at is None or handover.sent_at is None:
        return Clock("")
    left = handover.due_at - at
    if left < timedelta(0):
        return Clock(_("overdue by %(time)s") % {"time": span(-left)}, "bad")
    near = left < max(SHORT, (handover.due_at - handover.sent_at) * NEARLY)
    return Clock(_("%(time)s left") % {"time": span(left)}, "warn" if near else "info")


def answered(handover: Handover, took: timedelta) -> Clock:
    words = _("accepted after %(time)s") % {"time": span(took)}
    if handover.due_at is None or handover.answered_at is None:
        return Clock(words)
    if handover.answered_at <= handover.due_at:
        return Clock(words, "good")
    return Clock(_("%(words)s, too late") % {"words": words}, "warn")
