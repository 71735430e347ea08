"""Know countries and languages by the names that people write."""

import re
from functools import cache, lru_cache

from babel import Locale
from babel.localedata import locale_identifiers

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da")
# What people write that is no official name.
HABITS = {
    **dict.fromkeys(
        ["uk", "u.k.", "england", "scotland", "wales", "northern ireland", "great britain", "britain"], "GB"
    ),
    **dict.fromkeys(["usa", "u.s.a.", "u.s.", "united states of america", "america"], "US"),
    "eire": "IE",
    "rsa": "ZA",
    "uae": "AE",
    "holland": "NL",
    "korea": "KR",
    "brd": "DE",
    "philipines": "PH",
    "channel islands": "JE",
    "czech republic": "CZ",
    "russia": "RU",
    "turkey": "TR",
    "hong kong": "HK",
    "macau": "MO",
    "vietnam": "VN",
    "viet nam": "VN",
}


@lru_cache(maxsize=20_000)
def country_code(text: str) -> str:
    """The two letters of the country that ``text`` names in any of our languages; empty when unknown."""
    name = " ".join(text.split()).lower()
    code = HABITS.get(name) or _country_names().get(name)
    return code or (name.upper() if name.upper() in _territories() else "")


@cache
def _territories() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code))


@cache
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in _territories():
                names.setdefault(str(name).lower(), str(code))
    return names


@lru_cache(maxsize=5_000)
def language_code(text: str) -> str:
    """The code of the language that ``text`` names or is (``de``, ``de-AT``, ``German``); empty when unknown."""
    name = text.strip().lower().replace("_", "-")
    if name.partition("-")[0] in _language_codes() and re.fullmatch(r"[a-z]{2}(-[a-z0-9]{2,8})*", name):
        return name.partition("-")[0]
    return _language_names().get(name, "")


@cache
def _language_codes() -> frozenset[str]:
    return frozenset(name for name in locale_identifiers() if re.fullmatch("[a-z]{2}", name))


@cache
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).languages.items():
            if code in _language_codes():
                names.setdefault(str(name).lower(), str(code))
    return names
