"""Let changes go whose time to be taken back is over; the histories of the records stay."""

from datetime import datetime

from rapport.journal.change import KEPT, Change


def forget_changes(*, at: datetime) -> int:
    gone, _each = Change.objects.filter(at__lt=at - KEPT).delete()
    return gone
