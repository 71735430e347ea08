"""From which account Rapport itself writes."""

from django.conf import settings

from rapport.channels.models import MailAccount
from rapport.people.models import Scope


def sender() -> MailAccount | None:
    """The oldest shared account of everyone's that can send."""
    shared = MailAccount.objects.filter(user=None, scope=Scope.EVERYONE, active=True)
    can = shared if settings.MAIL_PROVIDER else shared.exclude(smtp_host="")
    return can.order_by("pk").first()
