"""Whom an erasure is about: all records that ever became theirs, what hangs on them alone, and the words that name them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import phonenumbers
from django.db.models import Q

from rapport.calendars.models import Guest
from rapport.customers.models import Customer, Identifier, Kind, Member
from rapport.lib.names import fold_key
from rapport.mail.models import Mail
from rapport.timeline.models import Participation

SHORTEST, SHORTEST_NAME, SHORTEST_NUMBER, SHORTEST_WORD = 5, 7, 7, 4
FOUND_BY = (Identifier.Kind.EMAIL, Identifier.Kind.PHONE)
BETWEEN = r"[ ./()\-]{0,3}"
GONE = "[erased]"


@dataclass
class Person:
    """Ids by what they are of, and what is looked for everywhere: patterns and the plain values behind them."""

    ids: dict[str, list[int]] = field(default_factory=dict)
    proofs: list[list[str]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    # Whatever a pattern finds holds one of these words in small letters, or one of these numbers once signs are left out.
    words: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    # Only in what they took part in: parts of a name that others have, too.
    near: list[str] = field(default_factory=list)
    # Whoever asked is not written to any more; of others only what they had objected to stays in force.
    asked: bool = True

    def kept(self) -> dict[str, Any]:
        return asdict(self)

    def of(self, whose: str) -> list[int]:
        return self.ids.get(whose, [])

    def lookups(self, by: Mapping[str, str]) -> dict[str, list[int]]:
        """What a rule asks for: lookup → whose ids, as a filter takes it."""
        return {(one if "__overlap" in one else f"{one}__in"): self.of(whose) for one, whose in by.items()}


def person_of(customer: Customer) -> Person:
    """Everything that an erasure of ``customer`` is about, read before anything goes."""
    return read_person([customer.pk], asked=True)


def people_in_trash(ids: Iterable[int]) -> Person:
    """The same of several at once who did not ask for it."""
    return read_person(ids, asked=False)


def read_person(ids: Iterable[int], *, asked: bool) -> Person:
    customers, members = records_of(ids)
    taken = Participation.objects.filter(member__in=members)
    part = sorted(set(taken.values_list("interaction", flat=True)))
    others = Participation.objects.filter(interaction__in=part, member__isnull=False).exclude(member__in=members)
    shared = sorted(set(others.values_list("interaction", flat=True)))
    met = set(Guest.objects.filter(member__in=members).values_list("meeting", flat=True))
    among = set(Guest.objects.filter(meeting__in=met).exclude(member__in=members).values_list("meeting", flat=True))
    of = {
        "customers": customers,
        "members": members,
        "alone": sorted(set(part) - set(shared)),
        "shared": shared,
        "meetings": sorted(met - among),
    }
    of["threads"] = own_threads(of["alone"])
    found = Person(of, asked=asked)
    name_them(found)
    return found


def records_of(ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """The records, those that were merged into them at any remove, and the members of all of them."""
    customers = newest = set(ids)
    while newest:
        newest = set(Customer.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - customers
        customers |= newest
    members = Member.objects.filter(customer__in=customers).order_by("pk")
    return sorted(customers), list(members.values_list("pk", flat=True))


def own_threads(alone: Iterable[int]) -> list[int]:
    """Threads in which there is no mail but theirs."""
    threads = set(Mail.objects.filter(interaction__in=alone).values_list("thread", flat=True))
    others = Mail.objects.filter(thread__in=threads).exclude(interaction__in=alone)
    return sorted(threads - set(others.values_list("thread", flat=True)))


def name_them(person: Person) -> None:
    """Fill in the words that name them: addresses and numbers that are nobody else's, and their names."""
    proofs = proofs_of(person)
    person.proofs = sorted([kind, key] for kind, key in proofs)
    patterns: dict[str, str] = {}
    numbers = [key for kind, key in person.proofs if kind == Identifier.Kind.PHONE]
    for kind, key in person.proofs:
        patterns[key] = number_pattern(key) if kind == Identifier.Kind.PHONE else word_pattern(key)
    for name in names_of(person):
        unique = not Customer.objects.filter(fold_key=fold_key(name)).exclude(pk__in=person.of("customers")).exists()
        if unique and len(name) >= SHORTEST_NAME and " " in name:
            patterns[name] = name_pattern(name)
            patterns[fold_key(name)] = name_pattern(fold_key(name))
        person.near += [re.escape(one) for one in {name, *name.split()} if len(one) > 2]  # noqa: PLR2004
    person.near = sorted({rf"(?<!\w){one}(?!\w)" for one in person.near}, key=len, reverse=True)
    person.values = sorted(patterns)
    person.patterns = sorted(set(patterns.values()))
    person.words = sorted({telling_word(one) for one in patterns if one not in numbers})
    person.numbers = sorted({national(one) for one in numbers})


def proofs_of(person: Person) -> set[tuple[str, str]]:
    """Kinds and keys of their identifiers, past ones too, that are long enough to be theirs and are nobody else's now."""
    members = person.of("members")
    now = Identifier.objects.filter(member__in=members).values_list("kind", "key")
    past = Identifier.pgh_event_model.objects.filter(member__in=members).values_list("kind", "key")  # type: ignore[attr-defined]
    clues = Participation.objects.filter(member__in=members, clue_kind__in=FOUND_BY)
    arrived = clues.values_list("clue_kind", "clue_value")
    found = {(kind, key.lower() if kind == Identifier.Kind.EMAIL else key) for kind, key in {*now, *past, *arrived}}
    long_enough = {(kind, key) for kind, key in found if is_telling(kind, key)}
    held = Identifier.objects.filter(key__in=[key for _kind, key in long_enough]).exclude(member__in=members)
    return long_enough - set(held.values_list("kind", "key"))


def is_telling(kind: str, key: str) -> bool:
    """Whether a value names one person wherever it stands: a short number of a source may be anything."""
    if kind in FOUND_BY:
        return len(key) >= SHORTEST
    return len(key) >= SHORTEST_NUMBER and not key.isdigit()


def names_of(person: Person) -> list[str]:
    """Every name that they had here; of a company that nobody asked to erase none, since it names no person."""
    rows = Customer.objects.filter(pk__in=person.of("customers"))
    customers = list((rows if person.asked else rows.exclude(kind=Kind.COMPANY)).values_list("pk", flat=True))
    now = Customer.objects.filter(pk__in=customers).values_list("name", flat=True)
    past = Customer.pgh_event_model.objects.filter(pgh_obj__in=customers).values_list("name", flat=True)  # type: ignore[attr-defined]
    return sorted({one for one in (*now, *past) if one.strip()})


def word_pattern(value: str) -> str:
    """``value`` where it stands for itself, also as it is written in an address of a page."""
    return rf"(?<![\w.%+-]){re.escape(value).replace('@', '(?:@|%40)')}(?![\w-]|\.\w)"


def name_pattern(name: str) -> str:
    words = r"[\s,+]+".join(map(re.escape, name.split()))
    return rf"(?<!\w){words}(?!\w)"


def number_pattern(key: str) -> str:
    """A telephone number however it is written: with its country, or as one dials it there."""
    try:
        read = phonenumbers.parse(key)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", key)
        return rf"(?<!\d){BETWEEN.join(digits)}(?!\d)"
    digits = BETWEEN.join(str(read.national_number))
    country = rf"(?:(?:\+|00|%2B)?{read.country_code}{BETWEEN}(?:\(?0\)?)?{BETWEEN}|\(?0)"
    needed = "?" if len(str(read.national_number)) >= SHORTEST_NUMBER else ""
    return rf"(?<!\d){country}{needed}{digits}(?!\d)"


def telling_word(value: str) -> str:
    """The part of an address or a name that is found fastest: letters that are the same in every case."""
    name = value.partition("@")[0]
    for words in (name, value):
        found = max(re.findall(r"[0-9A-Za-z]+", words), key=len, default="")
        if len(found) >= SHORTEST_WORD:
            return found
    return max(re.split(r"[\s@,+]+", value), key=len)


def national(key: str) -> str:
    """The digits that stand in each way of writing a number."""
    try:
        return str(phonenumbers.parse(key).national_number)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", key)


def is_theirs(person: Person) -> Q:
    """Consents and suppressions of addresses that are nobody else's."""
    told = Q(pk=None)
    for kind, key in person.proofs:
        told |= Q(way=kind, key=key)
    return told
