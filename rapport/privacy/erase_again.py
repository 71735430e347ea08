"""Erase again whoever was erased after the backup was made that has just been restored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rapport.channels.inbound import Channel
from rapport.customers.models import Customer, Member
from rapport.privacy.erase import run
from rapport.privacy.erased_list import Erased, mark
from rapport.privacy.erasure import Erasure
from rapport.privacy.request import Asks
from rapport.privacy.request_steps import Asked, receive

WORDS = "Erased before; done again after a backup was restored."
State = Erasure.State


@dataclass
class Again:
    """How many were erased again, and what could not be, in words."""

    number: int = 0
    left: list[str] = field(default_factory=list)


def erase_again(wanted: Iterable[Erased], *, at: datetime) -> Again:
    """Run it twice, or start it anew when it was killed: whoever is erased stays so."""
    done = Again()
    for one in wanted:
        for customer in returned(one):
            erase_one(customer, one, done, at=at)
    return done


def returned(one: Erased) -> list[Customer]:
    """The records of theirs that are there, told by number and mark, each by the one that it lives on as."""
    there = [row for row in Customer.objects.filter(pk__in=map(int, one.marks)) if is_it(row, one)]
    roots = {root.pk: root for root in map(survivor, there)}
    return [roots[pk] for pk in sorted(roots)]


def is_it(row: Customer, one: Erased) -> bool:
    return mark(row.pk, row.created_at) == one.marks[str(row.pk)]


def survivor(row: Customer) -> Customer:
    while row.merged_into_id:
        row = Customer.objects.get(pk=row.merged_into_id)
    return row


def erase_one(customer: Customer, one: Erased, done: Again, *, at: datetime) -> None:
    standing = Erasure.objects.in_force().filter(customer=customer).first()
    if standing and standing.state == State.DONE:
        return
    members = set(Member.objects.filter(customer=customer).values_list("pk", flat=True))
    if not members <= set(one.members):
        done.left.append(f"record {customer.pk} holds records of somebody else, too: part them, then erase")
        return
    ended = run((resumed(standing, at=at) if standing else begun(customer, at=at)).pk)
    if ended.state == State.DONE:
        done.number += 1
    else:
        done.left.append(f"record {customer.pk}: {ended.trouble}")


def begun(customer: Customer, *, at: datetime) -> Erasure:
    """Two people decided it once; the proof of that went with the restore, so that it is done again is written down."""
    asked = Asked(Asks.ERASURE, "", "", Channel.SYSTEM.value, at, WORDS, customer)
    request = receive(asked, assignee=None, by=None, at=at)
    return Erasure.objects.create(
        request=request, customer=customer, state=State.RUNNING, proposed_at=at, confirmed_at=at
    )


def resumed(standing: Erasure, *, at: datetime) -> Erasure:
    """What the backup knew of as proposed was confirmed later."""
    if standing.state == State.PROPOSED:
        standing.state, standing.confirmed_at = State.RUNNING, at
        standing.save(update_fields=["state", "confirmed_at"])
    return standing
