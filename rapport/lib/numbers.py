"""Read numbers and sums of money however they are written."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import Literal

from babel import Locale

Mark = Literal[".", ","]
POWER = re.compile(r"[eE][+-]?\d+")
NUMBER = re.compile(
    r"([^\d.,+\-−(]*)"
    r"([(\-−+]?\s*[^\d.,]{0,4}[\d.,'’\s]*\d[\d.,'’\s]*(?:[eE][+-]?\d+)?\s*[)\-−]?)"
    r"([^\d.,]*)"
)
SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "fr.": "CHF",
    "sfr.": "CHF",
    "us$": "USD",
    "a$": "AUD",
    "c$": "CAD",
    "r$": "BRL",
    "hk$": "HKD",
}
THOUSAND = 3
# A longer text is no number; the pattern would take long to find that out.
LONGEST = 100


def decimal_mark(values: Iterable[str], *, comma: bool = False) -> tuple[Mark, bool]:
    """Which of point and comma stands before the decimals, and whether the values prove it."""
    votes: Counter[Mark] = Counter()
    open_ = False
    for value in values:
        vote = _vote(value)
        if vote == "open":
            open_ = True
        elif vote:
            votes[vote] += 1
    if not votes:
        return ("," if comma else "."), not open_
    return votes.most_common(1)[0][0], True


def _vote(value: str) -> Mark | Literal["open"] | None:
    digits = re.sub(r"[^\d.,]", "", value).strip(".,")
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return None
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if dots > 1 or commas > 1:
        return "," if dots else "."
    written: Mark = "." if dots else ","
    before, _, after = digits.partition(written)
    # 1,234 says nothing for certain; 12,5 and 0,123 do.
    return written if len(after) != THOUSAND or before in {"", "0"} or len(before) > THOUSAND else "open"


@lru_cache(maxsize=50_000)
def read_number(text: str, mark: Mark = ".") -> Decimal | None:
    """The number in ``text``, currency signs and thousands' marks aside; None when there is none."""
    text = text.strip()
    if len(text) > LONGEST:
        return None
    try:
        number = Decimal(text) if mark == "." and "_" not in text else _plain(text, mark)
    except InvalidOperation:
        try:
            number = _plain(text, mark)
        except InvalidOperation:
            return None
    return number if number.is_finite() else None


def _plain(text: str, mark: Mark) -> Decimal:
    money = NUMBER.fullmatch(text)
    if not money or not (_is_unit(money[1]) and _is_unit(money[3])):
        raise InvalidOperation
    amount = money[2]
    power = POWER.search(amount)
    negative = bool(re.search(r"[-−(]", POWER.sub("", amount)))
    digits = re.sub(r"[^\d.,]", "", amount[: power.start()] if power else amount)
    whole = digits.replace("," if mark == "." else ".", "")
    if whole.count(mark) > 1:
        whole = whole.replace(mark, "")
    return Decimal(("-" if negative else "") + whole.replace(mark, ".") + (power[0] if power else ""))


@lru_cache(maxsize=5_000)
def read_currency(text: str) -> str:
    """The ISO 4217 code that ``text`` names by sign or letters; empty when it names none."""
    for part in re.findall(r"[^\d.,'’\s()+\-−]+\.?", text.strip().lower()):
        for name in (part, part.rstrip(".")):
            code = SYMBOLS.get(name) or (name.upper() if name.upper() in _currencies() else "")
            if code:
                return code
    return ""


def _is_unit(text: str) -> bool:
    return not text.strip() or text.strip() == "%" or bool(read_currency(text))


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def is_number(text: str) -> bool:
    """Whether ``text`` is a number; a leading zero makes it a phone number, a postcode or a code."""
    return not re.match(r"0\d", text) and (read_number(text, ".") is not None or read_number(text, ",") is not None)
