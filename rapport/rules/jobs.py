"""Rules act in the background; what they left as it was is let go after a while."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from rapport.rules.models import Act
from rapport.rules.obey import obey_event

KEPT = timedelta(days=30)


@app.task(name="rules.obey", priority=-2)
def obey(event_id: int) -> None:
    obey_event(event_id)


@app.periodic(cron="53 3 * * *")
@app.task(name="rules.let_go", priority=-8, queueing_lock="rules.let_go")
def let_go(timestamp: int) -> None:  # noqa: ARG001
    """That somebody was so already interests nobody for long."""
    Act.objects.filter(at__lt=timezone.now() - KEPT, outcome=Act.Outcome.SAME).delete()
