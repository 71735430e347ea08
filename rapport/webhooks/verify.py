"""Tell whether a web request was signed by who knows the secret. Only the way that was agreed counts."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rapport.webhooks.models import Signed, Source

TOLERANCE = timedelta(minutes=5)
MOST_SIGNATURES = 8
PREFIX = "whsec_"


class Verdict(StrEnum):
    GOOD = "good"
    MISSING = "There is no signature."
    WRONG = "The signature is wrong."
    LATE = "The signature is too old, or from the future."


@dataclass(frozen=True)
class Seal:
    """What a request brought to be checked: signatures as bytes, and what they must be of."""

    signatures: tuple[bytes, ...]
    content: bytes
    stamp: str = ""


USUAL_HEADER = {
    Signed.STAMPED: "Stripe-Signature",
    Signed.HEX: "X-Hub-Signature-256",
    Signed.BASE64: "X-Shopify-Hmac-Sha256",
}


def verify(source: Source, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Verdict:
    """Compared in constant time; an empty secret proves nothing."""
    secret = source.secret
    if not secret:
        return Verdict.WRONG
    if source.signed == Signed.BEARER:
        return bearer(secret, headers.get("Authorization", ""))
    seal = READERS[Signed(source.signed)](source, headers, body)
    if not seal.signatures:
        return Verdict.MISSING
    if source.signed in {Signed.STANDARD, Signed.STAMPED} and not fresh(seal.stamp, at):
        return Verdict.LATE
    wanted = hmac.new(key_of(source, secret), seal.content, hashlib.sha256).digest()
    # All are compared, so that the time taken does not tell which one was nearly right.
    right = [hmac.compare_digest(wanted, given) for given in seal.signatures[:MOST_SIGNATURES]]
    return Verdict.GOOD if any(right) else Verdict.WRONG


def bearer(secret: str, given: str) -> Verdict:
    scheme, _blank, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token:
        return Verdict.MISSING
    return Verdict.GOOD if hmac.compare_digest(token.strip().encode(), secret.encode()) else Verdict.WRONG


def key_of(source: Source, secret: str) -> bytes:
    """Standard Webhooks writes its secrets in Base64; the others take them as they are."""
    if source.signed == Signed.STANDARD:
        return from_base64(secret.removeprefix(PREFIX)) or secret.encode()
    return secret.encode()


def fresh(stamp: str, at: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004 - seconds since 1970
        return False
    return abs(at.timestamp() - int(stamp)) <= TOLERANCE.total_seconds()


def standard(_source: Source, headers: Mapping[str, str], body: bytes) -> Seal:
    number, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    versions = (one.partition(",") for one in headers.get("webhook-signature", "").split())
    given = tuple(from_base64(value) for version, _comma, value in versions if version == "v1")
    return Seal(tuple(filter(None, given)) if number else (), f"{number}.{stamp}.".encode() + body, stamp)


def stamped(source: Source, headers: Mapping[str, str], body: bytes) -> Seal:
    parts = [one.strip().partition("=") for one in said(source, headers).split(",")]
    stamp = next((value for name, _is, value in parts if name == "t"), "")
    given = tuple(from_hex(value) for name, _is, value in parts if name == "v1")
    return Seal(tuple(filter(None, given)), f"{stamp}.".encode() + body, stamp)


def plain_hex(source: Source, headers: Mapping[str, str], body: bytes) -> Seal:
    return Seal(tuple(filter(None, [from_hex(bare(source, headers))])), body)


def plain_base64(source: Source, headers: Mapping[str, str], body: bytes) -> Seal:
    return Seal(tuple(filter(None, [from_base64(bare(source, headers))])), body)


READERS = {
    Signed.STANDARD: standard,
    Signed.STAMPED: stamped,
    Signed.HEX: plain_hex,
    Signed.BASE64: plain_base64,
}


def said(source: Source, headers: Mapping[str, str]) -> str:
    return headers.get(source.header or USUAL_HEADER[Signed(source.signed)], "")


def bare(source: Source, headers: Mapping[str, str]) -> str:
    """The signature without the agreed prefix; "" when it should have one and has not."""
    given = said(source, headers).strip()
    prefix = source.prefix or ("sha256=" if not source.header and source.signed == Signed.HEX else "")
    return given.removeprefix(prefix) if given.startswith(prefix) else ""


def from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
