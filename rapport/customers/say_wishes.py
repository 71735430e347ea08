"""Write down what many customers wish, as a source told it all at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rapport.customers.preference import Preference, Topic
from rapport.customers.wishes import matter
from rapport.people.models import User

Told = Sequence[tuple[str, str]]


def say_wishes(told: Mapping[int, Told], *, source: str, by: User | None, at: datetime) -> set[int]:
    """The members of whom ``source`` says something else than the last time; values are in their normal form."""
    said = Preference.objects.filter(member__in=list(told), source=source).order_by("said_at", "pk")
    newest = {(one.member_id, matter(one)): one for one in said}
    fresh = []
    for member_id, wishes in told.items():
        for topic, value in dict.fromkeys(wishes):
            word = Preference(member_id=member_id, topic=Topic(topic), value=value, said_at=at, source=source, by=by)
            known = newest.get((member_id, matter(word)))
            if known is None or known.withdrawn or (known.topic, known.value) != (topic, value):
                newest[member_id, matter(word)] = word
                fresh.append(word)
    Preference.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=5_000)
    return {word.member_id for word in fresh}
