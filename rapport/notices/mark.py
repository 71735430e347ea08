"""Say that notices were read, or that one is to stay unread."""

from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from rapport.notices.models import Notice
from rapport.people.models import User


def mark_read(notices: QuerySet[Notice], *, at: datetime) -> None:
    Notice.objects.filter(pk__in=notices.values("pk"), read_at=None).update(read_at=at)


def mark_all(user: User, *, at: datetime) -> int:
    """How many were unread."""
    return Notice.objects.filter(user=user, read_at=None).update(read_at=at)


def mark_unread(notice: Notice) -> None:
    """It counts again. When news of the same came meanwhile, they stand for it."""
    with suppress(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(read_at=None)
