"""What people asked of their data: one request is running, one is overdue, one is answered; and one record is held by law."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rapport.customers.models import Customer, Identifier
from rapport.demo.wished import FILIPE, KATRIN, MARTA
from rapport.people.models import User
from rapport.privacy.hold import hold
from rapport.privacy.request import Asks, Outcome, Request
from rapport.privacy.request_steps import Asked, check, close, note, receive


def ask(staff: Mapping[str, User], *, at: datetime) -> list[int]:
    """The ids of the requests, as of ``at``."""
    mia = staff["Mia"]
    marta, katrin, filipe = (known(one) for one in (MARTA, KATRIN, FILIPE))
    running = asked(Asks.ACCESS, marta, MARTA, "What do you know of me, and from whom?", at - timedelta(days=9), mia)
    check(running, "Called back at the number on her invoices.", by=mia, at=at - timedelta(days=8))
    overdue = asked(
        Asks.ERASURE, katrin, KATRIN, "I sold the machine. Please erase all you have.", at - timedelta(days=38), mia
    )
    note(overdue, "Asked her to answer from the address that we have.", by=mia, at=at - timedelta(days=30))
    done = asked(
        Asks.PORTABILITY, filipe, FILIPE, "My orders as a file, please, for the roaster.", at - timedelta(days=60), mia
    )
    check(done, "Signed in and asked from his own address.", by=mia, at=at - timedelta(days=59))
    proof = "Sent as an encrypted file, the password by telephone; he confirmed it the same day."
    close(done, Outcome.DONE, ground="", proof=proof, by=mia, at=at - timedelta(days=52))
    reason = "Damage by water in the roastery: the claim is before the court in Porto."
    hold(filipe, reason, (at + timedelta(days=45)).date(), by=staff["Clara"], at=at - timedelta(days=20))
    return [running.pk, overdue.pk, done.pk]


def known(address: str) -> Customer:
    return Customer.objects.get(members__identifiers=Identifier.objects.get(kind="email", key=address))


def asked(asks: Asks, customer: Customer, address: str, words: str, at: datetime, assignee: User) -> Request:
    said = Asked(asks, customer.name, address, "email", at, words, customer)
    return receive(said, assignee=assignee, by=assignee, at=at)
