"""Names as keys: folded for comparing, ordered for lists, cut into words and their one-letter-short variants."""

import re
import unicodedata

from anyascii import anyascii

WORD = re.compile(r"[a-z0-9]+")
NUMBER = re.compile(r"\d+")
KEY_LENGTH = 400
WORDS_OF_A_NAME = 12
LONGEST_WORD = 40
SHORTEST_TYPO = 4


def clean(text: str) -> str:
    """``text`` without control characters, outer or doubled blanks; letters composed (NFC)."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    printable = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    return unicodedata.normalize("NFC", " ".join(printable.split()))


def fold(text: str) -> str:
    """``text`` in plain lower-case Latin letters: *Łódź GmbH* → *lodz gmbh*."""
    if text.isascii():
        return text.lower()
    return anyascii(unicodedata.normalize("NFKC", text)).lower()


def fold_key(name: str) -> str:
    """What two spellings of one name share: folded words, without punctuation."""
    return " ".join(WORD.findall(fold(name)))[:KEY_LENGTH]


def sort_key(name: str) -> str:
    """A key whose byte order is the order people expect: accents and case aside, numbers by size."""
    return NUMBER.sub(lambda number: number.group().zfill(8), fold_key(name))[:KEY_LENGTH]


def words(name: str) -> list[str]:
    """The distinct folded words of ``name``, in order."""
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(fold(name))))[:WORDS_OF_A_NAME]


def variants(word: str) -> set[str]:
    """``word`` and each of its forms with one letter left out. Two words one typo apart share at least one.

    Source: symmetric deletion (W. Garbe, SymSpell), at distance one.
    """
    if len(word) < SHORTEST_TYPO or word.isdigit():
        return {word}
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def near(one: str, other: str) -> bool:
    """Whether the words are one letter more, less, different, or swapped with its neighbour, apart."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return True
    if len(one) > len(other):
        return one[start + 1 :] == other[start:]
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :]
    return swapped or one[start + 1 :] == other[start + 1 :]
