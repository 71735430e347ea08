"""What mail servers report about a message of ours: that it did not arrive (RFC 3464), or was called spam (RFC 5965)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Raw
from email.utils import parseaddr
from enum import StrEnum

from rapport.channels.mail.headers import first, id_of, one_line

MOST_PARTS = 100
# The address itself is gone; everything else may be about this one message, this hour or the weather.
GONE = ("5.0.", "5.1.", "5.2.1")


class Kind(StrEnum):
    RETURNED = "returned"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    # What only providers tell: it reached their server; they want no more of this.
    DELIVERED = "delivered"
    ENDED = "ended"


@dataclass(frozen=True)
class About:
    """What is said of one recipient. `addresses` are those it may have been written to as."""

    addresses: tuple[str, ...]
    kind: Kind
    status: str = ""
    said: str = ""

    @property
    def gone(self) -> bool:
        """Whether there is no such address."""
        return self.kind is Kind.RETURNED and f"{self.status}.".startswith(GONE)


@dataclass(frozen=True)
class Report:
    """About which message, and what became of it at each recipient."""

    message_id: str
    about: tuple[About, ...]


def report_of(content: bytes) -> Report | None:
    """The report that ``content`` is; None for anything else."""
    try:
        message = message_from_bytes(content)
        parts = [part for part, _number in zip(message.walk(), range(MOST_PARTS), strict=False)]
        about, message_id = tuple(found(parts)), original_id(parts)
    except (RecursionError, ValueError, LookupError):
        return None
    return Report(message_id, about) if about and message_id else None


def original_id(parts: "list[Raw[str, str]]") -> str:
    for part in parts:
        kind, inside = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(inside, list) and inside and isinstance(inside[0], Raw):
            return id_of(inside[0])
        if kind == "text/rfc822-headers":
            data = part.get_payload(decode=True)
            return id_of(message_from_bytes(data)) if isinstance(data, bytes) else ""
    return ""


def found(parts: "list[Raw[str, str]]") -> Iterator[About]:
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from delivered(blocks(part))
        elif part.get_content_type() == "message/feedback-report":
            yield from (complained(block) for block in blocks(part) if lower(block, "Feedback-Type") == "abuse")


def blocks(part: "Raw[str, str]") -> "list[Raw[str, str]]":
    inside = part.get_payload()
    if isinstance(inside, list):
        return [one for one in inside if isinstance(one, Raw)]
    data = part.get_payload(decode=True)
    return [message_from_bytes(data)] if isinstance(data, bytes) else []


def delivered(found: "list[Raw[str, str]]") -> Iterator[About]:
    for block in found:
        action, status = lower(block, "Action"), first(block, "Status").strip().partition(" ")[0][:12]
        addresses = tuple(
            one for name in ("Final-Recipient", "Original-Recipient") if (one := address_in(first(block, name)))
        )
        said = one_line(first(block, "Diagnostic-Code").partition(";")[2] or status, 300)
        if addresses and action in {"failed", "delayed"}:
            yield About(addresses, Kind.RETURNED if action == "failed" else Kind.DELAYED, status, said)


def complained(block: "Raw[str, str]") -> About:
    address = address_in(first(block, "Original-Rcpt-To"))
    return About((address,) if address else (), Kind.COMPLAINT, said=one_line(first(block, "User-Agent"), 300))


def address_in(value: str) -> str:
    """Of "rfc822; ann@x.example" or "<ann@x.example>"."""
    return parseaddr(value.rpartition(";")[2].strip())[1].lower()


def lower(block: "Raw[str, str]", name: str) -> str:
    return first(block, name).strip().lower()
