"""From which account Rapport itself writes."""

from rapport.channels.models import MailAccount
from rapport.people.models import Scope


def sender() -> MailAccount | None:
    """The oldest shared account of everyone's that can send."""
    shared = MailAccount.objects.filter(user=None, scope=Scope.EVERYONE, active=True)
    return shared.exclude(smtp_host="").order_by("pk").first()
