"""What calls for attention in the demo company: colleagues speak to each other, follow customers and are reminded."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Model

from rapport.agenda.add_task import add_task
from rapport.agenda.models import Task
from rapport.agenda.pin import pin
from rapport.customers.models import Customer, Identifier
from rapport.demo.asked import ask
from rapport.demo.diary import FILIPE
from rapport.demo.planted import MARTA, WRITTEN_ABOUT
from rapport.notices.choose import Rhythm, choose
from rapport.notices.follow import follow
from rapport.notices.models import Digest
from rapport.notices.remind import About, remind
from rapport.people.models import User
from rapport.privacy.request import Request
from rapport.timeline.note import note

# Author, whom it is about, so many hours ago, words.
NOTES = (
    (
        "Mia",
        MARTA,
        22,
        "@Ana Klein could you ask whether the second floor wants the same machine? They decide this week.",
    ),
    ("Rui", FILIPE, 20, "Saw Filipe at the fair: wants to talk about the renewal. @Ana Klein, yours?"),
    (
        "Ana",
        WRITTEN_ABOUT,
        27,
        "@Carmen Ortega the delivery note for Getafe is in the portal now. @Mia Lopes for your information.",
    ),
    (
        "Carmen",
        MARTA,
        26,
        "Marta called the Madrid desk by mistake; @Rui Pinto please put the right number into her signature mail.",
    ),
)
FOLLOWED = (("Ana", WRITTEN_ABOUT), ("Mia", MARTA), ("Mia", FILIPE), ("Rui", MARTA))
# Whose, about whom, so many hours from now, what for.
REMINDERS = (
    ("Ana", MARTA, -2, "Has the quote for the second floor gone out?"),
    ("Ana", FILIPE, 18, "Renewal: send the figures before the talk"),
    ("Ana", WRITTEN_ABOUT, 70, ""),
    ("Mia", MARTA, -1, "Yearly talk: agree the date"),
)


def call_for_attention(staff: Mapping[str, User], *, at: datetime) -> Iterator[tuple[type[Model], int]]:
    """Write it down as of ``at``; the ids of what was made are told, to be taken away again."""
    customers = by_address({key for _who, key, *_rest in (*NOTES, *REMINDERS)})
    for who, key in FOLLOWED:
        follow(customers[key], by=staff[who], at=at - timedelta(days=12))
    for number, (who, key, hours, text) in enumerate(NOTES):
        note(customers[key], text, key=f"attention-{number}", by=staff[who], at=at - timedelta(hours=hours))
    for who, key, hours, words in REMINDERS:
        asked = at - timedelta(days=2)
        remind(About(customers[key]), due_at=at + timedelta(hours=hours), note=words, by=staff[who], at=asked)
    for who, key in (("Ana", MARTA), ("Ana", FILIPE), ("Mia", MARTA)):
        pin(staff[who], customer=customers[key], at=at)
    pin(staff["Ana"], path=f"/customers/?owner={staff['Ana'].pk}", title="My customers", at=at)
    choose({}, Rhythm(Digest.Every.DAY, 8), by=staff["Ana"], at=at)
    task = add_task(
        "Compare the offers for the fair with @Rui Pinto",
        assignee=staff["Ana"],
        by=staff["Mia"],
        at=at - timedelta(hours=4),
        due_at=at + timedelta(days=2),
    )
    yield Task, task.pk
    yield from ((Request, pk) for pk in ask(staff, at=at))


def by_address(keys: set[str]) -> dict[str, Customer]:
    held = Identifier.objects.filter(kind="email", key__in=keys).values_list("key", "member__customer")
    found = dict(held)
    customers = Customer.objects.in_bulk(found.values())
    return {key: customers[pk] for key, pk in found.items()}
