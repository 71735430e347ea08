"""What stands against a letter to a customer, told before it is written."""

from collections.abc import Iterable
from datetime import datetime

from rapport.consent.judge import Verdict, verdicts
from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.customers.edit import main_member
from rapport.customers.models import Customer


def against_letters(addresses: Iterable[str], customer: Customer, *, at: datetime) -> list[Verdict]:
    """Of these addresses those that can't be written to, each with why."""
    purpose, member = Purpose.objects.get(code=CORRESPONDENCE), main_member(customer)
    found = verdicts(addresses, purpose, member_id=member.pk, at=at)
    return [one for one in found.values() if not one.allowed]
