"""Read all that the customer page shows at once, in a fixed number of queries whatever the history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from babel.dates import format_skeleton
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from rapport.agenda.open_tasks import OpenTask
from rapport.channels.inbound import Channel
from rapport.customers.detail import Detail, details
from rapport.customers.models import Address, Customer, Kind, Member, SourceRecord
from rapport.customers.veil import thin, thinned
from rapport.customers.wishes import advice
from rapport.people.models import User
from rapport.profile.evidence import Evidence
from rapport.profile.last_word import Contact, LastWord, Open, last_word
from rapport.profile.panel import Subject
from rapport.profile.reach import Way, addresses_of, ways_of
from rapport.profile.relatives import Relative
from rapport.timeline.models import Tally
from rapport.timeline.read import Entry, entries_of
from rapport.ui.templatetags.ui import locale


@dataclass(frozen=True)
class CustomerPage:
    """Header, last word and who it is; timeline and panels are read beside it."""

    subject: Subject
    last_word: LastWord
    ways: tuple[Way, ...]
    addresses: tuple[Address, ...]
    since: str

    @property
    def customer(self) -> Customer:
        return self.subject.customer

    @property
    def short_name(self) -> str:
        return short_name(self.customer)

    @property
    def job(self) -> Relative | None:
        """Where a person works."""
        return next((one for one in self.subject.relatives if one.works_there), None)

    @property
    def evidence(self) -> dict[str, Evidence]:
        return self.subject.evidence

    @cached_property
    def call_advice(self) -> list[str]:
        """What a call at this moment would go against."""
        return advice(self.subject.wishes, self.customer, channel=Channel.PHONE, at=self.subject.at)

    @cached_property
    def details(self) -> dict[str, Detail]:
        """The fields that are changed in place."""
        return details(self.customer, reader=self.subject.reader)


def subject_with(customer_id: int, *, reader: User, at: datetime) -> Subject | None:
    """The living customer with this id and its members, in one query; None for those whom ``reader`` may not see."""
    members = Member.objects.filter(customer=OuterRef("pk")).order_by("pk").values("pk")
    customers = Customer.objects.visible_to(reader).living().select_related("owner", "team")
    found = customers.filter(pk=customer_id).annotate(member_ids=ArraySubquery(members)).first()
    return Subject(thin(found, reader=reader), tuple(getattr(found, "member_ids", ())), reader, at) if found else None


def subject_of(customer: Customer, *, reader: User, at: datetime) -> Subject:
    members = Member.objects.visible_to(reader).filter(customer=customer).order_by("pk")
    return Subject(thin(customer, reader=reader), tuple(members.values_list("pk", flat=True)), reader, at)


def page_of(subject: Subject, read: Iterable[Entry] = (), *, addresses: bool = True) -> CustomerPage:
    """``read`` are interactions that were read already, lest they are read twice; ``addresses`` whether there are any."""
    return CustomerPage(
        subject=subject,
        last_word=last_word_of(subject, read),
        ways=tuple(ways_of(subject)),
        addresses=tuple(thinned(addresses_of(subject.member_ids), reader=subject.reader)) if addresses else (),
        since=since_of(subject.customer, subject.tallies, subject.records),
    )


def last_word_of(subject: Subject, read: Iterable[Entry] = ()) -> LastWord:
    """The newest contact each way, whatever the channel, and the tasks that are open."""
    newest = {direction: newest_of(subject.tallies, direction) for direction in ("outbound", "inbound")}
    entries = {one.id: one for one in read}
    entries |= entries_of({pk for pk in newest.values() if pk} - entries.keys(), reader=subject.reader)
    contacts = [as_contact(entries.get(newest[direction] or 0)) for direction in ("outbound", "inbound")]
    opened = as_open(subject.tasks)
    return last_word(short_name(subject.customer), (contacts[0], contacts[1]), opened, now=subject.at)


def newest_of(tallies: Iterable[Tally], direction: str) -> int | None:
    of_direction = [one for one in tallies if one.direction == direction]
    if not of_direction:
        return None
    return max(of_direction, key=lambda one: (one.last_at, one.last_interaction_id)).last_interaction_id


def as_contact(entry: Entry | None) -> Contact | None:
    if entry is None:
        return None
    return Contact(entry.channel, entry.direction, entry.kind, entry.subject, entry.at, entry.author)


def as_open(tasks: Sequence[OpenTask]) -> Open:
    if not tasks:
        return Open(0)
    return Open(len(tasks), tasks[0].task.title, tasks[0].task.due_at)


def since_of(customer: Customer, tallies: Sequence[Tally], records: Sequence[SourceRecord]) -> str:
    """The month of the first sign of them: a contact, a record, or their record here."""
    signs = [customer.created_at, *(one.first_at for one in tallies), *(one.first_seen_at for one in records)]
    return str(format_skeleton("yMMMM", timezone.localdate(min(signs)), locale=locale()))


def short_name(customer: Customer) -> str:
    """How one speaks of them: a person by the first name."""
    if customer.kind != Kind.PERSON:
        return customer.name
    return customer.first_name or customer.name
