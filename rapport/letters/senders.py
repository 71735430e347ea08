"""From which accounts a user may write, and what stands under it."""

from django.db.models import Q, QuerySet

from rapport.channels.models import MailAccount
from rapport.letters.models import Signature
from rapport.people.access import scopes_of
from rapport.people.models import User


def accounts_of(user: User) -> QuerySet[MailAccount]:
    """One's own first, then the shared ones; never another person's, whatever one's role."""
    may = Q(user=user) | Q(user=None, scope__in=scopes_of(user))
    return MailAccount.objects.visible_to(user).filter(may, active=True).order_by("user_id", "name", "pk")


def whom_to_ask() -> list[User]:
    """Who can add a mailbox that others write from, too."""
    everybody = User.objects.filter(is_active=True).select_related("role").order_by("name", "pk")
    return [one for one in everybody.prefetch_related("holdings__role") if one.allows("people.change_user")][:3]


def signature_of(user: User, account: MailAccount | None) -> str:
    """That for this account, or else one's usual one."""
    found = {account_id: one.text for account_id, one in signatures_of(user).items()}
    return (found.get(account.pk, "") if account else "") or found.get(None, "")


def signatures_of(user: User) -> dict[int | None, Signature]:
    """By account; the usual one under None."""
    return {one.account_id: one for one in Signature.objects.filter(user=user)}
