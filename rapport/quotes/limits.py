"""How deep a discount somebody may give, and what waits for them to let it pass."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from rapport.people.models import User
from rapport.people.role import Role
from rapport.quotes.approval import Approval, DiscountLimit
from rapport.quotes.quote import Quote, State

ANY = Decimal(100)


def limit_of(user: User) -> Decimal:
    """In percent; the widest of their roles counts, and a role without a limit has none."""
    held = DiscountLimit.objects.filter(role__in=[one.key for one in user.roles])
    known = {str(one.role_id): one.percent for one in held}
    return max((known.get(one.key, ANY) for one in user.roles), default=Decimal(0))


@transaction.atomic
def set_limits(wanted: Mapping[Role, Decimal | None]) -> None:
    """Say for each of these roles how deep; None: any discount."""
    for role, percent in wanted.items():
        if percent is None:
            DiscountLimit.objects.filter(role=role).delete()
        else:
            DiscountLimit.objects.update_or_create(role=role, defaults={"percent": percent})


def waiting_for(user: User) -> Sequence[Quote]:
    """Quotes whose discount this user may let pass, those that wait longest first."""
    if not user.allows("quotes.change_quote"):
        return []
    asked = Quote.objects.visible_to(user).filter(state=State.ASKED, approvals__granted=None)
    fit = asked.annotate(asked=Max("approvals__asked_at")).filter(approvals__percent__lte=limit_of(user))
    return list(fit.exclude(approvals__asked_by=user).select_related("deal", "owner").order_by("asked", "pk")[:20])


def open_approval(quote: Quote) -> Approval | None:
    return quote.approvals.filter(granted=None).select_related("asked_by").first()
