"""Forget notices that are old, and the oldest of whoever has very many."""

from datetime import datetime, timedelta

from django.db import connection

from rapport.notices.models import Heard, Notice, Reminder

READ, UNREAD = timedelta(days=60), timedelta(days=180)
KEPT = 500


def let_go(*, at: datetime) -> None:
    """Read ones go after 60 days, others after 180; of each user the newest 500 stay at most."""
    Notice.objects.filter(read_at__lt=at - READ).delete()
    Notice.objects.filter(at__lt=at - UNREAD).delete()
    Reminder.objects.filter(closed_at__lt=at - READ).delete()
    # Longer than any job waits to be run again.
    Heard.objects.filter(at__lt=at - READ).delete()
    with connection.cursor() as cursor:
        cursor.execute(SURPLUS, [KEPT])


SURPLUS = """
DELETE FROM notices_notice WHERE id IN (
    SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY at DESC, id DESC) AS place
                    FROM notices_notice) ranked WHERE place > %s)
"""
