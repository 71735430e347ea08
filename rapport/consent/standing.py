"""Say what holds for an address now: the consents that count, and what stands against it. One question for many."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.consent.circle import Circle, circle_of
from rapport.consent.ledger import Consent, Said
from rapport.consent.models import Cause, Extent, Suppression, SuppressionQuerySet
from rapport.consent.shun import shunned
from rapport.fields.sensitivity import MASK


class Question(NamedTuple):
    """For what, by which channel, to which address in its normal form."""

    purpose_id: int
    channel: str
    key: str


@dataclass(frozen=True)
class Standing:
    """What holds: the word that counts, if there is one, and whether it still does."""

    consent: Consent | None
    expired: bool = False

    @property
    def state(self) -> str:
        """granted, denied, withdrawn, expired, or unknown when nobody ever said anything."""
        if self.consent is None:
            return "unknown"
        return "expired" if self.expired else self.consent.said

    @property
    def granted(self) -> bool:
        return self.state == Said.GRANTED


NOTHING = Standing(None)


def standing(questions: Iterable[Question], *, at: datetime) -> Mapping[Question, Standing]:
    """The answer to each of ``questions``: one query, however many.

    The newest word counts, also one that is younger than ``at``: whoever asks may have waited since for its lock.
    """
    asked = set(questions)
    found = (
        Consent.objects.filter(
            key__in={one.key for one in asked},
            purpose__in={one.purpose_id for one in asked},
            channel__in={one.channel for one in asked},
        )
        .decisive()
        .select_related("by")
    )
    told = {Question(one.purpose_id, one.channel, one.key): as_standing(one, at) for one in found}
    return {one: told.get(one, NOTHING) for one in asked}


def as_standing(consent: Consent, at: datetime) -> Standing:
    return Standing(consent, expired=consent.said == Said.GRANTED and consent.until is not None and consent.until <= at)


def against(proofs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], list[Suppression]]:
    """What stands against each of these kinds and keys of addresses: noted for it, or for anybody who has it."""
    asked = set(proofs)
    return objections(asked, circle_of(asked)).by_proof


def of_people(member_ids: Iterable[int]) -> dict[int, list[Suppression]]:
    """What whoever these members belong to objected to, by member."""
    asked = set(member_ids)
    circle = circle_of((), asked)
    found = objections((), circle).by_customer
    return {one: found[circle.customers[one]] for one in asked if circle.customers.get(one) in found}


class Objections(NamedTuple):
    """What stands against something: by kind and key of an address, and by customer."""

    by_proof: Mapping[tuple[str, str], list[Suppression]]
    by_customer: Mapping[int, list[Suppression]]


def objections(proofs: Collection[tuple[str, str]], circle: Circle) -> Objections:
    """One query, however many are asked about; ``circle`` is what was read of them."""
    digests = {shunned(way, key): (way, key) for way, key in proofs}
    of_address = Q(key__in={key for _way, key in proofs} | digests.keys(), member=None)
    stands = Suppression.objects.standing().select_related("by")
    found: dict[tuple[str, str], list[Suppression]] = {one: [] for one in proofs}
    people: dict[int, list[Suppression]] = {}
    for one in stands.filter(of_address | Q(member__in=circle.customers)):
        if one.member_id:
            people.setdefault(circle.customers[one.member_id], []).append(one)
        elif one.key in digests:
            # Only who asks knows whom it means; it is told in their words.
            way, one.value = digests[one.key]
            found[way, one.value].append(one)
        elif (one.way, one.key) in found:
            found[one.way, one.key].append(one)
    for proof, stand in found.items():
        for customer in circle.holders.get(proof, ()):
            stand.extend(people.get(customer, ()))
    return Objections(found, people)


def weightiest(found: Sequence[Suppression], *, advertising: bool) -> Suppression | None:
    """Of what stands against something, the one to name: an objection above all, the last word last."""
    counts = [one for one in found if advertising or one.extent == Extent.EVERYTHING]
    return max(counts, key=lambda one: (one.cause == Cause.OBJECTED, one.since, one.pk), default=None)


def standing_on(field: str) -> SuppressionQuerySet:
    """What stands against everything to the address in ``field`` of the row around it, on whatever way."""
    return Suppression.objects.standing().filter(key=OuterRef(field), extent=Extent.EVERYTHING)


def standing_by(field: str) -> SuppressionQuerySet:
    """What stands against everything for the person whose customer is in ``field`` of the row around it."""
    return Suppression.objects.standing().filter(member__customer=OuterRef(field), extent=Extent.EVERYTHING)


def covered(one: Suppression) -> Suppression:
    """It as it is told to whoever may not see the address; never to be saved."""
    shown = copy(one)
    shown.value = MASK
    return shown


def bars(proofs: Iterable[tuple[str, str]], *, closed: Collection[str] = ()) -> Mapping[tuple[str, str], str]:
    """Of these kinds and keys of identifiers those that nothing may go to, each with the reason in a sentence.

    Of the ``closed`` kinds it does not say the address.
    """
    told = {proof: weightiest(found, advertising=False) for proof, found in against(proofs).items()}
    return {proof: in_words(covered(one) if proof[0] in closed else one) for proof, one in told.items() if one}


def barred_at(proofs: Iterable[tuple[str, str]], *, at: datetime) -> set[tuple[str, str]]:
    """Of these kinds and keys of identifiers those that nothing might go to at a past moment."""
    stood = Suppression.objects.filter(
        key__in={key for _kind, key in proofs}, member=None, extent=Extent.EVERYTHING, since__lte=at
    )
    rows = stood.filter(Q(lift=None) | Q(lift__at__gt=at)).values_list("way", "key")
    return set(rows) & set(proofs)


def in_words(one: Suppression) -> str:
    """Since when, why, on whose word."""
    told = {
        "address": one.value,
        "day": date_format(localtime(one.since), "DATE_FORMAT"),
        "evidence": one.evidence,
        "by": one.by.name if one.by else _("Rapport"),
    }
    if one.extent == Extent.ADVERTISING:
        return _("%(address)s: wants no advertising since %(day)s: %(evidence)s (noted by %(by)s)") % told
    if one.cause == Cause.OBJECTED:
        return _("%(address)s: objected on %(day)s: %(evidence)s (noted by %(by)s)") % told
    if one.cause == Cause.BOUNCED:
        return _("%(address)s: mail came back on %(day)s: %(evidence)s") % told
    if one.cause == Cause.COMPLAINT:
        return _("%(address)s: reported our mail as spam on %(day)s: %(evidence)s") % told
    return _("%(address)s: blocked on %(day)s: %(evidence)s (by %(by)s)") % told
