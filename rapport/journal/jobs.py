"""What can no longer be taken back is no longer kept for it."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.forget import forget_changes


@app.periodic(cron="37 3 * * *")
@app.task(name="journal.forget", priority=-8, queueing_lock="journal.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001
    forget_changes(at=timezone.now())
