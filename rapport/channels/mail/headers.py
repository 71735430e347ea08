"""Headers of an e-mail, made harmless: on one line, decoded after they were taken apart, addresses that are some."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Raw
from email.utils import getaddresses, parsedate_to_datetime

from rapport.channels.mail.message import Doubt, Mailbox, Nature
from rapport.channels.mail.words import decoded

# Lines and pages end here for somebody; what turns the direction of writing can make a name read as another.
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,190}\Z")
IDS = re.compile(r"<([^<>\s]{1,300})>")
BLAMED = re.compile(r"\bdmarc\s*=\s*(fail|permerror)\b", re.IGNORECASE)
LONGEST_HEADER, LONGEST_NAME, LONGEST_SUBJECT = 100_000, 1_000, 5_000
MOST_PEOPLE, MOST_REFERENCES = 300, 50
EARLIEST = datetime(1982, 1, 1, tzinfo=UTC)  # No older e-mail has a date of this form.
AHEAD = timedelta(days=1)
AWAY = re.compile(
    r"(automatic reply|auto(matic)?[ -]?re(ply|sponse)|out of (the )?office|automatische antwort|abwesenheit)",
    re.IGNORECASE,
)


def one_line(text: str, longest: int) -> str:
    """``text`` without what could pass for a second line, a hidden turn or half a character."""
    whole = text.encode(errors="replace").decode()
    return " ".join(TURNS.sub("", BREAKS.sub(" ", whole)).split())[:longest]


def raw(message: "Raw[str, str]", name: str) -> list[str]:
    """All headers of that name as they stand, unfolded; none is longer than it needs to be."""
    found = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    return [value[:LONGEST_HEADER].replace("\r", "").replace("\n", "") for value in found]


def first(message: "Raw[str, str]", name: str) -> str:
    return next(iter(raw(message, name)), "")


def words(text: str) -> str:
    """What encoded words in ``text`` say."""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError, IndexError):
        return text
    said = [part if isinstance(part, str) else decoded(part, charset or "")[0] for part, charset in parts]
    return "".join(said)


def subject_of(message: "Raw[str, str]") -> str:
    return one_line(words(bare(first(message, "Subject"))[:LONGEST_SUBJECT]), 1_000)


def bare(text: str) -> str:
    """Raw 8-bit header text as characters."""
    return decoded(text.encode("utf-8", "surrogateescape"), "")[0]


def people(message: "Raw[str, str]", name: str) -> tuple[Mailbox, ...]:
    """The addresses under a header. Taken apart before anything is decoded, so that no encoded comma adds one."""
    try:
        pairs = getaddresses([bare(value) for value in raw(message, name)])
    except (RecursionError, IndexError, ValueError):
        return ()
    found: dict[str, Mailbox] = {}
    for called, address in pairs:
        address = address.strip()  # noqa: PLW2901
        if ADDRESS.match(address) and len(found) < MOST_PEOPLE:
            found.setdefault(address.lower(), Mailbox(address, one_line(words(called[:LONGEST_NAME]), 200)))
    return tuple(found.values())


def honest(one: Mailbox) -> Mailbox:
    """A name that is somebody else's address is no name."""
    return Mailbox(one.address) if posing(one) else one


def posing(one: Mailbox) -> bool:
    return "@" in one.name and one.address.lower() not in one.name.lower()


def id_of(message: "Raw[str, str]") -> str:
    said = first(message, "Message-ID")
    return next(iter(IDS.findall(said)), "") or one_line(said.strip("<> "), 300)


def references_of(message: "Raw[str, str]") -> tuple[str, ...]:
    """What it answers: the last one directly."""
    said = " ".join((*raw(message, "References"), *raw(message, "In-Reply-To")))
    return tuple(dict.fromkeys(reversed(IDS.findall(said))))[:MOST_REFERENCES][::-1]


def date_of(message: "Raw[str, str]", *, at: datetime) -> tuple[datetime | None, tuple[Doubt, ...]]:
    """When it was written; by the servers that carried it, when its own date can't be."""
    own = moment(first(message, "Date"), at=at)
    if own:
        return own, ()
    carried = (moment(value.rpartition(";")[2], at=at) for value in raw(message, "Received"))
    return next((found for found in carried if found), None), (Doubt.DATE,)


def moment(text: str, *, at: datetime) -> datetime | None:
    """A moment between the first e-mail and now; None for anything else."""
    try:
        found = parsedate_to_datetime(text.strip()[:200])
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return found if EARLIEST <= found <= at + AHEAD else None


def nature_of(message: "Raw[str, str]", senders: Sequence[Mailbox], subject: str) -> Nature:
    """Whether a person wrote this, told by what machines say of themselves."""
    automatic, precedence = lower(message, "Auto-Submitted"), lower(message, "Precedence")
    locals_ = {one.address.partition("@")[0].lower() for one in senders}
    if message.get_content_type() == "multipart/report" or "mailer-daemon" in locals_:
        return Nature.BOUNCE
    if automatic.startswith("auto-replied") or precedence == "auto_reply" or AWAY.match(subject):
        return Nature.REPLY
    if any(message.get(name) for name in ("X-Autoreply", "X-Autorespond")):
        return Nature.REPLY
    if lower(message, "X-Spam-Flag") == "yes":
        return Nature.SPAM
    generated = automatic not in {"", "no"} or precedence in {"bulk", "list", "junk"}
    suppressed = "all" in re.split(r"[,;\s]+", lower(message, "X-Auto-Response-Suppress"))
    listed = any(message.get(name) for name in ("List-Id", "List-Unsubscribe"))
    return Nature.BULK if generated or suppressed or listed else Nature.PERSONAL


def lower(message: "Raw[str, str]", name: str) -> str:
    return first(message, name).strip().lower()


def doubts_of(message: "Raw[str, str]", senders: Iterable[Mailbox]) -> tuple[Doubt, ...]:
    """What is odd about who says to have written."""
    several = list(senders)
    odd = {
        Doubt.SENDERS: len(several) > 1 or len(raw(message, "From")) > 1,
        Doubt.POSING: any(posing(one) for one in several),
        # Whoever forges a sender can forge praise of a server, but has nothing from forging its blame.
        Doubt.FORGED: any(BLAMED.search(value) for value in raw(message, "Authentication-Results")),
    }
    return tuple(doubt for doubt, is_so in odd.items() if is_so)
