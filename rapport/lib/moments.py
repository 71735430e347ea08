"""Read dates and times however they are written."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import MAXYEAR, UTC, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import Literal

from babel import Locale

Order = Literal["dmy", "mdy", "ymd", "epoch", "serial"]
Vote = Literal["dmy", "mdy", "ymd", "open", "plain", "epoch"]
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da")
NUMERIC = re.compile(r"(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{1,4})(?:[ T,]+(?P<rest>.+))?")
NAMED = re.compile(
    r"(?:[^\W\d]{2,}\.?,? )?"
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th|\.)?[ -]+(?:of |de )?(?P<m1>[^\W\d]{3,})\.?"
    r"|(?P<m2>[^\W\d]{3,})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?),?"
    r"(?:[ -]+|,)(?:de )?(?P<y>\d{2,4})(?:,? +(?:at |um )?(?P<rest>\d.*))?"
)
# No clock on Earth is set further off than this, and the database takes no offset of 16 hours.
FURTHEST = timedelta(hours=15)
UNIX = re.compile(
    r"[A-Z][a-z]{2} (?P<m2>[A-Z][a-z]{2}) (?P<d2>[ \d]\d) (?P<rest>[\d:]+(?: ?[+-]\d{4})?)"
    r"(?: (?P<zone>[A-Z]{3,4}))? (?P<y>\d{4})"
)
CLOCK = re.compile(
    r"(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?\s*(?P<half>[AaPp])?\.?[Mm]?\.?"
    r"(?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})|\s*Uhr)?"
)
FOUR, MONTHS, DAYS = 4, 12, 31
# A longer text is no date.
LONGEST = 100
# Spreadsheets count days from here.
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
EPOCHS = {9: 1, 10: 1, 12: 1_000, 13: 1_000, 15: 1_000_000, 16: 1_000_000}
EARLIEST_EPOCH, LATEST_EPOCH = 631_152_000, 4_102_444_800


def date_order(values: Iterable[str]) -> tuple[Order, bool]:
    """Whether day, month or year comes first, decided over the whole column; False when nothing decides."""
    votes: Counter[Vote] = Counter()
    american = True
    for value in map(str.strip, values):
        parts = NUMERIC.fullmatch(value)
        if parts:
            votes[_vote(parts)] += 1
            american &= parts["mark"] == "/" and bool(re.search(r"[ap]\.?m\.?$", value, re.IGNORECASE))
        elif epoch_seconds(value) is not None:
            votes["epoch"] += 1
    if votes["ymd"]:
        return "ymd", True
    if votes["dmy"] or votes["mdy"]:
        return ("dmy" if votes["dmy"] >= votes["mdy"] else "mdy"), True
    if votes["open"]:
        return ("mdy" if american else "dmy"), american
    return ("epoch" if votes["epoch"] > votes["plain"] else "ymd" if votes["plain"] else "dmy"), True


def _vote(parts: re.Match[str]) -> Vote:
    """What one date proves: a year of four digits in front needs no order, small numbers leave it open."""
    first, second, third = int(parts["a"]), int(parts["b"]), int(parts["c"])
    if len(parts["a"]) == FOUR:
        return "plain"
    if first > DAYS >= third:
        return "ymd"
    if first > MONTHS >= second or (second <= MONTHS and parts["mark"] == "."):
        return "dmy"
    return "mdy" if second > MONTHS >= first else "open"


def looks_like_date(text: str) -> bool:
    """A date by its look alone: bare digits only where they can't well be anything else."""
    text = text.strip()
    if text.isdigit():
        return bool(re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", text))
    if re.fullmatch(r"\d*[.,]?\d*", text):
        return False
    return any(read_moment(text, order) is not None for order in ("dmy", "mdy"))


def epoch_seconds(text: str) -> float | None:
    """Seconds since 1970 if ``text`` is an instant between 1990 and 2100 in (milli-, micro-)seconds."""
    whole, _, rest = text.strip().partition(".")
    if not re.fullmatch(r"[0-9]+", whole) or not re.fullmatch(r"[0-9]*", rest) or len(whole) not in EPOCHS:
        return None
    seconds = float(f"{whole}.{rest or 0}") / EPOCHS[len(whole)]
    return seconds if EARLIEST_EPOCH <= seconds < LATEST_EPOCH else None


def in_utc(moment: datetime) -> datetime:
    """``moment`` in UTC, which the database can be asked for whatever offset it came with.

    ValueError without a zone, and within a year of the calendar's ends, where other zones have no name for it.
    """
    if moment.tzinfo is None:
        raise ValueError("this moment has no zone")
    if not 1 < moment.year < MAXYEAR:
        raise ValueError("this year can't be")
    return moment.astimezone(UTC)


@lru_cache(maxsize=100_000)
def read_moment(text: str, order: Order = "dmy", zone: tzinfo = UTC) -> datetime | None:
    """The moment that ``text`` names, in ``zone`` where it names none itself; None when it is no date."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    moment: datetime | None
    try:
        moment = _numeric(text, order) or _named(text) or datetime.fromisoformat(text)
    except ValueError:
        moment = _counted(text, order)
    except OverflowError:
        return None
    # The first and the last year stand for "unknown" and "for ever", and overflow in other zones.
    if moment is None or not 1 < moment.year < MAXYEAR:
        return None
    offset = moment.utcoffset()
    if offset is not None and abs(offset) > FURTHEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _numeric(text: str, order: Order) -> datetime | None:
    parts = NUMERIC.fullmatch(text)
    if not parts:
        return None
    first, second, third = parts["a"], parts["b"], parts["c"]
    if len(first) == FOUR or (order == "ymd" and len(third) < FOUR):
        year, month, day = first, second, third
    elif order == "mdy":
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    return _at_clock(datetime(_year(year), int(month), int(day)), parts["rest"])  # noqa: DTZ001


def _named(text: str) -> datetime | None:
    parts = UNIX.fullmatch(text) or NAMED.fullmatch(text)
    if not parts:
        return None
    found = parts.groupdict()
    month = _months().get(str(found.get("m1") or found["m2"]).lower().strip("."))
    if not month:
        return None
    day = int(found.get("d1") or found["d2"])
    moment = _at_clock(datetime(_year(found["y"]), month, day), found["rest"])  # noqa: DTZ001
    return moment.replace(tzinfo=UTC) if found.get("zone") in {"UTC", "GMT"} else moment


def _counted(text: str, order: Order) -> datetime | None:
    seconds = epoch_seconds(text)
    if seconds is not None:
        return datetime.fromtimestamp(seconds, UTC)
    if order == "serial" and re.fullmatch(r"\d{5}(\.\d+)?", text):
        return SERIAL_ZERO + timedelta(days=float(text))
    return None


def _year(written: str) -> int:
    year = int(written)
    if len(written) > 2:  # noqa: PLR2004
        return year
    # As strptime and spreadsheets do: 69 to 99 are the last century's.
    return year + (1900 if year >= 69 else 2000)  # noqa: PLR2004


def _at_clock(day: datetime, rest: str | None) -> datetime:
    if not rest:
        return day
    clock = CLOCK.fullmatch(rest.strip())
    if not clock:
        raise ValueError(rest)
    hour = int(clock["h"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"] in "Pp" else 0)
    micro = int((clock["f"] or "0").ljust(6, "0")[:6])
    return datetime.combine(day, time(hour, int(clock["m"]), int(clock["s"] or 0), micro, _offset(clock["zone"])))


def _offset(written: str | None) -> tzinfo | None:
    if not written:
        return None
    if written in {"Z", "UTC", "GMT"}:
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if written[0] == "-" else ahead)


@cache
def _months() -> dict[str, int]:
    """Names of months, long and short, in the languages that exports are written in."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for widths in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in widths[width].items():
                    found.setdefault(name.lower().strip("."), int(number))
    return found | {"mrz": 3, "maerz": 3, "sept": 9}
