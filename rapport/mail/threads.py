"""Put mails into threads: by what they say they answer, else by subject, people and time."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from rapport.lib.copying import next_ids
from rapport.mail.models import Mail, Reference, Thread

PREFIX = re.compile(r"\s*(re|aw|fwd?|wg|antw(ort)?|sv|vs|tr|rif|res?|enc|rv)\s*(\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE)
WINDOW = timedelta(days=30)
MOST_PEOPLE = 50
LOCK = 0x6D61696C  # "mail": one at a time, so that two files with halves of one talk make one thread


@dataclass(frozen=True)
class Letter:
    """What decides about a mail's thread."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    people: frozenset[str]
    at: datetime

    @property
    def ids(self) -> tuple[str, ...]:
        return (*self.references, self.message_id) if self.message_id else self.references


def bare_subject(subject: str) -> tuple[str, bool]:
    """A subject without Re: and the like, folded; and whether there was one."""
    rest = subject
    while prefix := PREFIX.match(rest):
        rest = rest[prefix.end() :]
    return " ".join(rest.casefold().split())[:200], rest != subject


def thread(letters: Sequence[Letter]) -> list[int]:
    """The thread of each, found or begun, in the caller's transaction."""
    if not letters:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        fresh = next_ids(cursor, "mail_thread", len(letters))
    loom = Loom(letters)
    found = [loom.weave(letter, pk) for letter, pk in zip(letters, fresh, strict=True)]
    loom.save()
    return [loom.root(pk) for pk in found]


class Loom:
    """The threads that a set of letters may belong to, while it is decided."""

    def __init__(self, letters: Sequence[Letter]) -> None:
        ids = {one for letter in letters for one in letter.ids}
        self.before = dict(Reference.objects.filter(message_id__in=ids).values_list("message_id", "thread_id"))
        self.of = dict(self.before)
        self.threads = {one.pk: one for one in Thread.objects.filter(pk__in=set(self.of.values()))}
        self.threads |= {one.pk: one for one in alike(letters)}
        self.stored = frozenset(self.threads)
        self.answering = answering(self.stored)
        self.joined: dict[int, int] = {}
        self.by_subject: dict[str, list[int]] = {}
        for pk, one in self.threads.items():
            self.by_subject.setdefault(one.subject_key, []).append(pk)

    def root(self, pk: int) -> int:
        while pk in self.joined:
            pk = self.joined[pk]
        return pk

    def weave(self, letter: Letter, fresh: int) -> int:
        """The thread of ``letter``; ``fresh`` is the id of a new one."""
        key, is_answer = bare_subject(letter.subject)
        answered = sorted({self.root(self.of[one]) for one in letter.ids if one in self.of})
        if not answered and not letter.references:
            found = self.similar(key, letter, is_answer=is_answer)
            answered = sorted(found, key=lambda pk: (abs(self.threads[pk].last_at - letter.at), pk))[:1]
        if answered:
            pk = answered[0]
            for other in answered[1:]:
                self.join(other, pk)
        else:
            pk = fresh
            self.threads[pk] = Thread(pk=pk, subject_key=key, first_at=letter.at, last_at=letter.at)
            self.by_subject.setdefault(key, []).append(pk)
            self.answering[pk] = is_answer
        if letter.at < self.threads[pk].first_at:
            self.answering[pk] = is_answer
        self.extend(self.threads[pk], letter)
        self.of |= dict.fromkeys(letter.ids, pk)
        return pk

    def similar(self, key: str, letter: Letter, *, is_answer: bool) -> Iterable[int]:
        """Threads of the same subject among the same people at the time; a question may come after its answer.

        Two mails of one subject of which neither answers are two: a report of each week is no conversation.
        """
        for pk in {self.root(one) for one in self.by_subject.get(key, ())} if key else ():
            one = self.threads[pk]
            near = one.first_at - WINDOW <= letter.at <= one.last_at + WINDOW
            asked = letter.at <= one.first_at and self.answering.get(pk, False)
            if near and len(letter.people.intersection(one.people)) > 1 and (is_answer or asked):
                yield pk

    def join(self, other: int, into: int) -> None:
        one, gone = self.threads[into], self.threads[other]
        if gone.first_at < one.first_at:
            self.answering[into] = self.answering.get(other, False)
        one.people = list(dict.fromkeys([*one.people, *gone.people]))[:MOST_PEOPLE]
        one.first_at, one.last_at = min(one.first_at, gone.first_at), max(one.last_at, gone.last_at)
        self.joined[other] = into

    def extend(self, one: Thread, letter: Letter) -> None:
        one.people = list(dict.fromkeys([*one.people, *sorted(letter.people)]))[:MOST_PEOPLE]
        one.first_at, one.last_at = min(one.first_at, letter.at), max(one.last_at, letter.at)

    def save(self) -> None:
        kept = [one for pk, one in self.threads.items() if pk not in self.joined]
        Thread.objects.bulk_create([one for one in kept if one.pk not in self.stored])
        known = [one for one in kept if one.pk in self.stored]
        Thread.objects.bulk_update(known, ["people", "first_at", "last_at"])
        for other in sorted(self.stored.intersection(self.joined)):
            Mail.objects.filter(thread=other).update(thread=self.root(other))
            Reference.objects.filter(thread=other).update(thread=self.root(other))
            Thread.objects.filter(pk=other).delete()
        new = sorted(self.of.keys() - self.before.keys())
        Reference.objects.bulk_create([Reference(message_id=one, thread_id=self.root(self.of[one])) for one in new])


def answering(threads: Collection[int]) -> dict[int, bool]:
    """Of each of these, whether its first mail that is here says that it is an answer: then the question may still come."""
    firsts = Mail.objects.filter(thread__in=threads).order_by("thread", "at", "pk").distinct("thread")
    return {pk: bare_subject(subject)[1] for pk, subject in firsts.values_list("thread", "interaction__subject")}


def alike(letters: Sequence[Letter]) -> Iterable[Thread]:
    """Threads with the subjects of those letters that do not say what they answer."""
    keys = {bare_subject(one.subject)[0] for one in letters if not one.references} - {""}
    if not keys:
        return ()
    first, last = min(one.at for one in letters) - WINDOW, max(one.at for one in letters) + WINDOW
    return Thread.objects.filter(subject_key__in=keys, last_at__gte=first, first_at__lte=last)
