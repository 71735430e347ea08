"""Switch a subscription off when telling it makes no sense any more, and say so to whom it concerns."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from rapport.agenda.add_task import add_task
from rapport.people.models import User
from rapport.webhooks.models import Delivery, Subscription


@transaction.atomic
def switch_off(subscription: Subscription, why: str, *, at: datetime) -> None:
    """What waits is given up; its owner and the administrators get a task, once."""
    found = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if not found.active:
        return
    found.active, found.why_off = False, why[:300]
    found.save(update_fields=["active", "why_off"])
    Delivery.objects.filter(subscription=found, state=Delivery.State.WAITING).update(
        state=Delivery.State.GIVEN_UP, due_at=None
    )
    rulers = User.objects.who_may("webhooks.change_subscription")
    for user in {*rulers, *([found.user] if found.user.is_active else [])}:
        with translation.override(user.language):
            title = _("Webhook “%(name)s” was switched off: %(why)s") % {"name": found.name, "why": why}
        add_task(title[:400], assignee=user, by=found.user, at=at, due_at=at)


def switch_on(subscription: Subscription) -> None:
    """From now on; what it missed can be sent again one by one."""
    subscription.active, subscription.why_off, subscription.failing_since = True, "", None
    subscription.save(update_fields=["active", "why_off", "failing_since"])
