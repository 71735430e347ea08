"""Telling happens in the background, reminders by the clock."""

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.journal.models import Event
from rapport.notices.news import news_of
from rapport.notices.retain import let_go
from rapport.notices.ring import ring
from rapport.notices.send_digests import send_digests
from rapport.notices.tell import tell


@app.task(name="notices.tell", priority=5)
def tell_followers(event_id: int) -> None:
    event = Event.objects.get(pk=event_id)
    now = timezone.now()
    tell(event, news_of(event, at=now), at=now)


@app.periodic(cron="* * * * *")
@app.task(name="notices.ring", priority=7, queueing_lock="notices.ring")
def ring_reminders(timestamp: int) -> None:  # noqa: ARG001
    while ring(at=timezone.now()):
        pass


@app.periodic(cron="*/5 * * * *")
@app.task(name="notices.digests", priority=1, queueing_lock="notices.digests")
def mail_digests(timestamp: int) -> None:  # noqa: ARG001
    send_digests(at=timezone.now())


@app.periodic(cron="41 3 * * *")
@app.task(name="notices.let_go", priority=-8, queueing_lock="notices.let_go")
def forget_old(timestamp: int) -> None:  # noqa: ARG001
    let_go(at=timezone.now())
