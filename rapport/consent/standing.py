"""Say whether an address may be written to, and why not; one question for many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rapport.consent.models import Cause, Suppression, SuppressionQuerySet, Way
from rapport.lib.identifiers import NotAnIdentifier, normalise


@dataclass(frozen=True)
class Verdict:
    """Whether something may go to an address now."""

    address: str
    suppression: Suppression | None = None
    invalid: bool = False

    @property
    def allowed(self) -> bool:
        return self.suppression is None and not self.invalid

    @property
    def reason(self) -> str:
        """In one word, as it is kept."""
        if self.invalid:
            return "address"
        return self.suppression.cause if self.suppression else ""

    @property
    def words(self) -> str:
        """In a sentence, as it is told."""
        if self.invalid:
            return _("%(address)s is no address that can be written to.") % {"address": self.address}
        return in_words(self.suppression) if self.suppression else ""


def verdicts(addresses: Iterable[str], way: str = Way.EMAIL) -> Mapping[str, Verdict]:
    """What stands against each of ``addresses`` at this moment."""
    keys = {address: key_of(address, way) for address in addresses}
    found = Suppression.objects.standing().filter(way=way, key__in=[key for key in keys.values() if key])
    # The last word stands last, an objection above all.
    ranked = sorted(found.select_related("by"), key=lambda one: (one.cause == Cause.OBJECTED, one.since, one.pk))
    by_key = {one.key: one for one in ranked}
    return {address: Verdict(address, by_key.get(key or ""), invalid=key is None) for address, key in keys.items()}


def standing_on(field: str) -> SuppressionQuerySet:
    """What stands against the address in ``field`` of the row around it, on whatever way."""
    return Suppression.objects.standing().filter(key=OuterRef(field))


def bars(proofs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Of these kinds and keys of identifiers those that nothing may go to, each with the reason in a sentence."""
    found = Suppression.objects.standing().filter(key__in={key for _kind, key in proofs}).select_related("by")
    return {(one.way, one.key): in_words(one) for one in sorted(found, key=lambda one: (one.since, one.pk))}


def barred_at(proofs: Iterable[tuple[str, str]], *, at: datetime) -> set[tuple[str, str]]:
    """Of these kinds and keys of identifiers those that nothing might go to at a past moment."""
    stood = Suppression.objects.filter(key__in={key for _kind, key in proofs}, since__lte=at)
    rows = stood.filter(Q(lift=None) | Q(lift__at__gt=at)).values_list("way", "key")
    return set(rows) & set(proofs)


def key_of(address: str, way: str = Way.EMAIL) -> str | None:
    """The normal form of an address; None when it is none."""
    try:
        return normalise(way, address).key
    except NotAnIdentifier:
        return None


def in_words(one: Suppression) -> str:
    """Since when, why, on whose word."""
    told = {
        "address": one.value,
        "day": date_format(localtime(one.since), "DATE_FORMAT"),
        "evidence": one.evidence,
        "by": one.by.name if one.by else _("Rapport"),
    }
    if one.cause == Cause.OBJECTED:
        return _("%(address)s: objected on %(day)s: %(evidence)s (noted by %(by)s)") % told
    if one.cause == Cause.BOUNCED:
        return _("%(address)s: mail came back on %(day)s: %(evidence)s") % told
    if one.cause == Cause.COMPLAINT:
        return _("%(address)s: reported our mail as spam on %(day)s: %(evidence)s") % told
    return _("%(address)s: blocked on %(day)s: %(evidence)s (by %(by)s)") % told
