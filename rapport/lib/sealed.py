"""Seal secrets that must be kept, so that a copy of the database alone does not give them away."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealError(Exception):
    """What was sealed can't be opened with this installation's key."""


def seal(secret: str, *, key: str) -> bytes:
    """``secret``, readable only with ``key``; twice the same secret is never twice the same bytes."""
    return cipher(key).encrypt(secret.encode())


def unseal(sealed: bytes, *, key: str) -> str:
    """What ``seal`` was given. Raises SealError when ``key`` is another one or the bytes were changed."""
    try:
        return cipher(key).decrypt(sealed).decode()
    except InvalidToken as problem:
        raise SealError from problem


def cipher(key: str) -> Fernet:
    # A key of its own: who learns what signs sessions from one place does not open secrets of the other by accident.
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rapport sealed secrets").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
