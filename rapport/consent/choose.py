"""What the owner of an address decides by a link: which purposes may reach it, or no advertising at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rapport.consent.confirm import owner_of
from rapport.consent.ledger import Said
from rapport.consent.lift import lift
from rapport.consent.links import Link
from rapport.consent.models import Cause, Extent, Suppression
from rapport.consent.object import object_as, object_to
from rapport.consent.purpose import CORRESPONDENCE, Purpose
from rapport.consent.say import Word, say, wording_of
from rapport.consent.standing import NOTHING, Question, Standing, against, standing
from rapport.consent.ways import WAY_OF, key_of

BY_LINK = "link in a mail"


@dataclass(frozen=True)
class Choice:
    """A purpose with what holds for it, and the words in which a yes is asked."""

    purpose: Purpose
    standing: Standing
    wording: str

    @property
    def on(self) -> bool:
        return self.standing.granted if self.purpose.asks else self.standing.state not in {"denied", "withdrawn"}


@dataclass(frozen=True)
class Centre:
    """All that the owner of an address may decide. `objections` are those of theirs against all advertising."""

    link: Link
    choices: tuple[Choice, ...]
    objections: tuple[Suppression, ...]


def centre_of(link: Link, *, at: datetime) -> Centre:
    purposes = [one for one in Purpose.objects.in_use() if one.may_be_refused and one.code != CORRESPONDENCE]
    way = WAY_OF[link.channel].value
    key = key_of(link.address, way) or ""
    questions = {one: Question(one.pk, link.channel, key) for one in purposes}
    holds = standing(questions.values(), at=at)
    choices = []
    for purpose, question in questions.items():
        wording = wording_of(purpose)
        choices.append(Choice(purpose, holds.get(question, NOTHING), wording.text if wording else ""))
    stand = [one for one in against([(way, key)])[way, key] if one.cause == Cause.OBJECTED]
    return Centre(link, tuple(choices), tuple(one for one in stand if one.extent == Extent.ADVERTISING))


@transaction.atomic
def stop(link: Link, purpose: Purpose, *, at: datetime) -> None:
    """Take back the yes to ``purpose``; to say so twice changes nothing."""
    key = key_of(link.address, WAY_OF[link.channel].value) or ""
    question = Question(purpose.pk, link.channel, key)
    if standing([question], at=at)[question].state != Said.WITHDRAWN:
        word = Word(purpose, link.address, Said.WITHDRAWN, channel=link.channel, source=BY_LINK)
        say(word, by=None, at=at)


@transaction.atomic
def choose(centre: Centre, wanted: Mapping[int, bool], *, no_advertising: bool, at: datetime) -> None:
    """Keep what differs from what holds. The link was sent to the address, so a yes by it needs no confirmation."""
    link = centre.link
    for one in centre.choices:
        yes = wanted.get(one.purpose.pk, False)
        if yes != one.on:
            word = Word(
                one.purpose,
                link.address,
                Said.GRANTED if yes else Said.WITHDRAWN,
                channel=link.channel,
                source=BY_LINK,
                evidence="Chosen on the page of preferences, opened by a link that was sent to the address.",
                wording=wording_of(one.purpose) if yes else None,
                proven=True,
            )
            say(word, by=None, at=at)
    if no_advertising and not centre.objections:
        refuse_advertising(link, at=at)
    for objection in centre.objections:
        if not no_advertising:
            lift(objection, "Allowed again on the page of preferences, by a link in a mail.", by=None, at=at)


def refuse_advertising(link: Link, *, at: datetime) -> None:
    """For the person, where the address is theirs alone; for an address of many, for that one."""
    way = WAY_OF[link.channel].value
    owner, evidence = owner_of(key_of(link.address, way) or "", way), "Chosen on the page of preferences."
    if owner:
        object_as(owner, evidence=evidence, by=None, at=at)
    else:
        object_to(link.address, evidence=evidence, by=None, at=at, way=way, extent=Extent.ADVERTISING)
