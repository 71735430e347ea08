"""Follow a customer, or be left in peace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rapport.customers.edit import main_member
from rapport.customers.models import Customer
from rapport.notices.models import Follow
from rapport.people.models import User


@dataclass(frozen=True)
class Following:
    """Whether a user hears of a customer, and why."""

    on: bool
    owner: bool = False
    mentioned: bool = False


@transaction.atomic
def follow(customer: Customer, *, by: User, at: datetime) -> None:
    """From now on ``by`` hears what happens there."""
    keep(customer, by, since=at, muted_at=None)


@transaction.atomic
def mute(customer: Customer, *, by: User, at: datetime) -> None:
    """From now on ``by`` hears nothing of it, not as the owner either; being mentioned is still told."""
    keep(customer, by, since=at, muted_at=at)


def keep(customer: Customer, user: User, *, since: datetime, muted_at: datetime | None) -> None:
    """One row is left, whatever a merge has brought together."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    member = main_member(customer)
    Follow.objects.filter(user=user, member__customer=customer).exclude(member=member).delete()
    Follow.objects.update_or_create(
        user=user,
        member=member,
        defaults={"since": since, "muted_at": muted_at, "reason": Follow.Reason.BY_HAND},
    )


def following(customer: Customer, member_ids: Sequence[int], *, reader: User) -> Following:
    """How ``reader`` stands to a customer; these are its members."""
    words = follows_on(member_ids, reader).values_list("muted_at", "reason")
    return standing(customer, [(muted_at is not None, reason) for muted_at, reason in words], reader=reader)


def follows_on(member_ids: Sequence[int], reader: User) -> QuerySet[Follow]:
    return Follow.objects.filter(user=reader, member__in=member_ids)


def standing(customer: Customer, rows: Sequence[tuple[bool, str]], *, reader: User) -> Following:
    """The same from what was read already: whether each follow of ``reader`` is muted, and why it is there."""
    owner = customer.owner_id == reader.pk
    heard = [reason for muted, reason in rows if not muted]
    return Following(bool(heard) or (owner and not rows), owner, heard == [Follow.Reason.MENTIONED])
