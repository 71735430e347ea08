"""The many small tasks of everyday work, done and to be done."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any

from rapport.demo.planted import Errand
from rapport.demo.spin import luck
from rapport.demo.story import DAY

ERRANDS = (
    "Send the price list for beans",
    "Follow up on the quote",
    "Agree a date for the annual service",
    "Check whether the credit note arrived",
    "Ask for feedback after the repair",
    "Prepare the annual talk",
    "Offer a trial week",
    "Clarify the delivery address",
)


def small_errands(firms: Sequence[Any], seed: int, now: datetime) -> Iterator[Errand]:
    rng = Random(f"errands {seed}")  # noqa: S311
    for _ in range(min(90, len(firms) * 3)):
        one = rng.choice(firms)
        days = rng.randrange(-40, 12)
        due = (now + days * DAY).replace(hour=rng.choice((8, 9, 11, 14, 15)), minute=0, second=0, microsecond=0)
        colleague = one.owner if luck(rng, 0.8) else "Ana"
        done = days < 0 and luck(rng, 0.93)
        yield Errand(rng.choice(ERRANDS), colleague, one.people[0].email, due, done=done)
