"""Whoever was erased is not written to when a list brings them again: known by a keyed digest, which names nobody."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from rapport.consent.models import Cause, Extent, Suppression
from rapport.lib.digests import digest_of

MARK, NOBODY = "digest ", "–"


def shunned(way: str, key: str) -> str:
    """The key of a suppression that stands for an address without naming it."""
    return MARK + digest_of(f"{way} {key}", key=settings.SECRET_KEY)


def shun(proofs: Iterable[tuple[str, str]], extents: dict[tuple[str, str], str], *, evidence: str, at: datetime) -> int:
    """Keep a digest of each of these kinds and keys of addresses on the suppression list; advertising if no more was said."""
    asked = {(way, shunned(way, key)): extents.get((way, key), Extent.ADVERTISING) for way, key in proofs}
    known = set(Suppression.objects.filter(key__in=[key for _way, key in asked]).values_list("way", "key"))
    rows = [
        Suppression(way=way, key=key, value=NOBODY, extent=extent, cause=Cause.ERASED, evidence=evidence, since=at)
        for (way, key), extent in asked.items()
        if (way, key) not in known
    ]
    return len(Suppression.objects.bulk_create(rows))
