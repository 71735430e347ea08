"""Old drafts go by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.drafts.keep_draft import forget_drafts


@app.periodic(cron="57 3 * * *")
@app.task(name="drafts.forget", priority=-8, queueing_lock="drafts.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001
    forget_drafts(at=timezone.now())
