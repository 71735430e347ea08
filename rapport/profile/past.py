"""Read a customer as of a past moment: the record, how to reach them, what was open, what had happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from rapport.customers.models import Customer, Member
from rapport.customers.veil import thin, thinned
from rapport.customers.wishes import Wishes, said_of, wishes
from rapport.fields.models import living
from rapport.fields.seen import declared_to
from rapport.identity.merge import survivor_of
from rapport.people.models import User
from rapport.profile.history import history_of
from rapport.profile.merged_then import survivor_then, together_then
from rapport.profile.panel import Subject
from rapport.profile.read import subject_of
from rapport.profile.rows_then import rows_then
from rapport.profile.then import (
    Held,
    Reached,
    Said,
    Stood,
    Used,
    addresses_then,
    conditions_then,
    orders_then,
    own_then,
    relatives_then,
    said_then,
    tasks_then,
    used_then,
    ways_then,
)
from rapport.profile.worth import Total

CHANGED_DAYS = 12


@dataclass(frozen=True)
class Past:
    """A customer as of ``at``. ``record`` is None while there was none of them here; ``today`` is where they live now.

    ``apart`` are records that are part of today's customer and stood alone then.
    """

    at: datetime
    customer_id: int
    record: Any
    today: Customer
    member_ids: Sequence[int]
    fields: tuple[Said, ...]
    own: tuple[Said, ...]
    ways: tuple[Reached, ...]
    addresses: tuple[str, ...]
    relatives: tuple[Stood, ...]
    wishes: Wishes
    tasks: tuple[Any, ...]
    conditions: tuple[Held, ...]
    orders: tuple[Total, ...]
    used: tuple[Used, ...]
    apart: tuple[Customer, ...]

    @property
    def name(self) -> str:
        return str(self.record.name) if self.record else self.today.name


def past_of(customer_id: int, *, reader: User, at: datetime) -> Past | None:
    """The customer that the record with this id was part of at ``at``; None for those whom ``reader`` may not see."""
    living_now = Customer.objects.visible_to(reader).living()
    today = living_now.filter(pk=survivor_of(customer_id)).first()
    if today is None:
        return None
    today = thin(today, reader=reader)
    lived = survivor_then(customer_id, at=at)
    together = together_then(lived, at=at)
    homes = Member.objects.visible_to(reader).filter(home__in=together)
    members = tuple(homes.order_by("pk").values_list("pk", flat=True))
    record = next(iter(thinned(rows_then(Customer, Q(id=lived), at=at), reader=reader)), None)
    sees_orders = reader.allows("sales.view_order")
    return Past(
        at=at,
        customer_id=lived,
        record=record,
        today=today,
        member_ids=members,
        fields=tuple(said_then(record, today)) if record else (),
        own=tuple(own_then(record, today, living(declared_to(reader), today.kind), reader)) if record else (),
        ways=tuple(ways_then(members, at, reader=reader)),
        addresses=tuple(addresses_then(members, at, reader=reader)),
        relatives=tuple(relatives_then(members, at, reader=reader)),
        wishes=wishes([one for one in said_of(members) if one.said_at <= at], at=at),
        tasks=tuple(tasks_then(members, at)),
        conditions=tuple(conditions_then(together, at)),
        orders=tuple(orders_then(members, at, reader=reader)) if sees_orders else (),
        used=tuple(used_then(members, at)),
        apart=tuple(apart_then(today, together, at)),
    )


def apart_then(today: Customer, together: Sequence[int], at: datetime) -> list[Customer]:
    part_today = together_then(today.pk, at=timezone.now())
    return list(
        Customer.objects.filter(pk__in=set(part_today) - set(together), created_at__lte=at).order_by("sort_key", "pk")
    )


def changed_on(today: Customer, *, reader: User) -> list[date]:
    """The latest days on which the record became another, in the reader's zone, the newest first."""
    subject: Subject = subject_of(today, reader=reader, at=timezone.now())
    days = dict.fromkeys(timezone.localdate(one.at) for one in history_of(subject))
    return list(days)[:CHANGED_DAYS]
