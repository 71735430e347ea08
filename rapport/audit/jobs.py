"""Seal every few seconds; let salts go whose rows went when their time was over; check when somebody asks."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.audit.forget import let_go as let_salts_go
from rapport.audit.seal import seal as seal_new


@app.periodic(cron="* * * * * */10")
@app.task(name="audit.seal", priority=-15, queueing_lock="audit.seal")
def seal(timestamp: int) -> None:  # noqa: ARG001
    """With nothing new it is one quick question."""
    seal_new(at=timezone.now())


@app.periodic(cron="27 3 * * *")
@app.task(name="audit.let_go", priority=-8, queueing_lock="audit.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    let_salts_go(at=timezone.now())
