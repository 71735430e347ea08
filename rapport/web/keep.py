"""Keep what a browser sent until a job makes a visit of it: one row, whatever it says."""

from datetime import datetime

from rapport.web.models import Beacon, Site

MOST, LONGEST = 20, 200


def keep_seen(site: Site, visitor: str, seen: object, *, at: datetime) -> None:
    """Names, paths and titles as plain short texts; the rest is left out."""
    rows = [
        [part.replace("\x00", "")[:LONGEST] for part in one]
        for one in (seen[:MOST] if isinstance(seen, list) else [])
        if isinstance(one, list) and len(one) == 3 and all(isinstance(part, str) for part in one)  # noqa: PLR2004
    ]
    if rows:
        Beacon.objects.create(site=site, visitor=visitor, at=at, seen=rows)
