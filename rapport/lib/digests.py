"""Keyed digests: a value can be known again by who has the key, and can't be read or guessed back without it."""

import hmac
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def digest_of(value: str, *, key: str) -> str:
    """64 hex digits, the same for the same value and key."""
    return hmac.new(derived(key), value.encode(), "sha256").hexdigest()


@cache
def derived(key: str) -> bytes:
    """A key of its own, as for what is sealed."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rapport digests of addresses").derive(key.encode())
