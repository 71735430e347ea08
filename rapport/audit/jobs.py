"""Seal every few seconds; let salts go whose rows went when their time was over; check when somebody asks."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.audit.check import carry_out
from rapport.audit.forget import let_go as let_salts_go
from rapport.audit.models import Check
from rapport.audit.seal import seal as seal_new
from rapport.journal.models import Event


@app.periodic(cron="* * * * * */10")
@app.task(name="audit.seal", priority=6, queueing_lock="audit.seal")
def seal(timestamp: int) -> None:  # noqa: ARG001
    """With nothing new it is one quick question."""
    seal_new(at=timezone.now())


@app.periodic(cron="27 3 * * *")
@app.task(name="audit.let_go", priority=-8, queueing_lock="audit.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    let_salts_go(at=timezone.now())


@app.task(name="audit.check", priority=-12)
def check(event_id: int) -> None:
    for one in Check.objects.filter(pk__in=Event.objects.get(pk=event_id).subject_ids, ended_at=None):
        carry_out(one, at=timezone.now())
