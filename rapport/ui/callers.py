"""Who calls from outside without signing in, and whether too often."""

import hashlib
import ipaddress
from time import monotonic

from django.conf import settings
from django.http import HttpRequest

from rapport.lib.buckets import Buckets

PLACES = 65_536
A_MINUTE_OF_ALL = 300
BUCKETS = Buckets()


def address(request: HttpRequest) -> str:
    """From where somebody calls; behind a proxy that ends TLS, whom the proxy saw."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE:
        seen = request.headers.get("X-Forwarded-For", seen).rpartition(",")[2].strip()
    return seen


def surroundings(request: HttpRequest) -> str:
    """The network somebody calls from, too wide to tell a person by: 203.0.113.0/24, 2001:db8:1::/48."""
    try:
        seen = ipaddress.ip_address(address(request))
    except ValueError:
        return ""
    wide = 24 if seen.version == 4 else 48  # noqa: PLR2004
    return str(ipaddress.ip_network((seen, wide), strict=False))


def caller(request: HttpRequest, what: str) -> int:
    """A number for who calls."""
    seen = address(request)
    return int.from_bytes(hashlib.blake2b(f"{what} {seen}".encode(), digest_size=4).digest()) % PLACES


def is_too_often(request: HttpRequest, what: str, of_one: int) -> bool:
    """Whether this caller asked more than ``of_one`` times a minute for ``what``, or all together far more."""
    now = monotonic()
    mine = BUCKETS.take(caller(request, what), a_minute=of_one, now=now)
    together = BUCKETS.take(-1 - hash(what) % PLACES, a_minute=A_MINUTE_OF_ALL, now=now)
    return bool(mine.wait or together.wait)
