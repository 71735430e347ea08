"""What people of the demo company asked for, each with who heard it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapport.customers.models import BY_HAND, Identifier
from rapport.customers.preference import Preference, Topic
from rapport.people.models import User


@dataclass(frozen=True)
class Word:
    """One wish of somebody known by an e-mail address, so many days ago."""

    who: str
    topic: Topic
    value: str
    evidence: str
    days: int


MARTA, KATRIN, FILIPE = (
    "marta.oliveira@aurora-clinicas.example",
    "katrin.berger@briefkasten.example",
    "filipe@rio-manso.example",
)
WORDS = (
    Word(MARTA, Topic.ADDRESS, "Marta", "signs her mails so", 400),
    Word(MARTA, Topic.ADDRESS, "Dra. Oliveira in writing, Marta on the phone", "asked for it at the annual talk", 120),
    Word(MARTA, Topic.CHANNEL, "email", "said so when we called about the service", 90),
    Word(MARTA, Topic.TIME, "mon-fri 10:00-12:00 Europe/Lisbon", "the morning rounds are over by ten", 90),
    Word(MARTA, Topic.LANGUAGE, "pt", "answers in Portuguese", 300),
    Word(MARTA, Topic.INTEREST, "Decaf beans for the waiting rooms", "mentioned it at the fair in Porto", 60),
    Word(KATRIN, Topic.NOT_CHANNEL, "phone", "the baby sleeps; her mail of last month", 30),
    Word(KATRIN, Topic.CHANNEL, "email", "her mail of last month", 30),
    Word(KATRIN, Topic.ADDRESS, "Frau Berger (Sie)", "on the first call", 200),
    Word(FILIPE, Topic.OTHER, "Deliver to the back door", "the driver told us", 45),
)


def keep_wishes(staff: Mapping[str, User], at: datetime) -> None:
    """Write the words down for those of the tour who are here."""
    held = Identifier.objects.filter(key__in={one.who for one in WORDS}, kind=Identifier.Kind.EMAIL)
    members = dict(held.values_list("key", "member_id"))
    by = next(iter(staff.values()), None)
    Preference.objects.bulk_create(
        Preference(
            member_id=members[one.who],
            topic=one.topic,
            value=one.value,
            evidence=one.evidence,
            said_at=at - timedelta(days=one.days),
            source=BY_HAND,
            by=by,
        )
        for one in WORDS
        if one.who in members
    )
