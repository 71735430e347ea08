"""Take in words that came from elsewhere: what is known is not said again, and what is older overrules nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from django.db import transaction

from rapport.consent.ledger import Consent, Said
from rapport.consent.lock import alone
from rapport.consent.say import Word, say_all
from rapport.consent.standing import Question
from rapport.people.models import User

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@transaction.atomic
def take_words(words: Sequence[Word], *, by: User | None, at: datetime) -> list[bool]:
    """Of each word that came from elsewhere whether it says something new; what it says is written down.

    What was said before is not said again. Without a moment of its own, a yes stands behind whatever is known, and a no
    counts from now on, unless there is a no already: to write to nobody by mistake is the smaller harm.
    """
    alone({one.question.key for one in words})
    known = Known.of(words)
    new = [known.is_new(one) for one in words]
    say_all([replace(one, at=one.at or at) for one, is_new in zip(words, new, strict=True) if is_new], by=by, at=at)
    return new


class Known:
    """What the ledger knows about some questions, and what was taken in since."""

    def __init__(self, said: Iterable[tuple[Question, str, datetime]]) -> None:
        self.words = set[tuple[Question, str, datetime]]()
        self.newest: dict[Question, tuple[datetime, bool, str]] = {}
        for one in said:
            self.add(*one)

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Known":
        asked = {one.question for one in words}
        rows = Consent.objects.filter(
            key__in={one.key for one in asked}, purpose__in={one.purpose_id for one in asked}, strike=None
        ).exclude(said=Said.STRUCK)
        told = rows.values_list("purpose", "channel", "key", "said", "at")
        return cls((Question(purpose, channel, key), said, moment) for purpose, channel, key, said, moment in told)

    def add(self, question: Question, said: str, at: datetime) -> None:
        self.words.add((question, said, at))
        if said != Said.ASKED:
            mark = (at, said != Said.GRANTED, said)
            self.newest[question] = max(self.newest.get(question, mark), mark)

    def is_new(self, word: Word) -> bool:
        question, newest = word.question, self.newest.get(word.question)
        if word.at:
            new = (question, word.said.value, word.at) not in self.words
        elif word.said == Said.GRANTED:
            new = newest is None
        else:
            new = newest is None or newest[2] == Said.GRANTED
        if new:
            # An undated word is of the moment it is taken in; of several in one go, the no stands.
            self.add(question, word.said, word.at or (newest[0] if newest else LONG_AGO))
        return new
