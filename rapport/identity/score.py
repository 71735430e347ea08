"""How likely two records are the same customer, and why. A pure function of what both say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log2
from typing import NamedTuple

from rapport.lib.identifiers import DESKS
from rapport.lib.names import fold_key, near, variants, words

Proof = tuple[str, str, str]
Bits = Callable[[str], float]
# Words that say nothing about who somebody is: how they are addressed, and the legal form of a company.
TITLES = frozenset(
    [
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mag",
        "ing",
        "dipl",
        "herr",
        "frau",
        "sr",
        "sra",
        "dra",
        "dott",
        "monsieur",
        "madame",
        "mme",
    ]
)
FORMS = frozenset(
    [
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "mbh",
        "co",
        "lda",
        "sa",
        "sl",
        "srl",
        "spa",
        "ltd",
        "limited",
        "llc",
        "inc",
        "corp",
        "plc",
        "bv",
        "nv",
        "oy",
        "ab",
        "as",
        "aps",
    ]
)
# Anybody may have an address there.
FREE = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "ymail.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "posteo.de",
        "mailbox.org",
        "proton.me",
        "protonmail.com",
        "sapo.pt",
        "hotmail.es",
        "yahoo.es",
        "orange.fr",
        "free.fr",
        "laposte.net",
        "wanadoo.fr",
        "libero.it",
        "mail.com",
        "mail.ru",
        "yandex.ru",
    ]
)
# Evidence counts in bits, as in Fellegi and Sunter: one more makes it twice as likely. Two records that nothing is
# known of are the same once in a thousand times, as they are only compared when something brought them together.
PRIOR = -10.0
# Of the bits that the frequency of a word is worth, as words of one name hang together; at most so many a word, a name.
SHARE, LEAST, MOST, NAME = 0.65, 2.0, 7.0, 12.0
ONE_OFF, TWO_OFF, INITIAL, FIRM = 0.65, 0.35, 2.5, 4.0
OTHER_NAME, MORE_NAME = -7.0, -1.0
CITY, POSTCODE, STREET, ROAD, PLACE = 2.5, 3.0, 5.0, 2.0, 8.5
OTHER_CITY, OTHER_POSTCODE, OTHER_STREET = -1.0, -1.0, -1.0
OWN, LINE, DESK = 11.0, 6.0, 1.5
DOMAIN, LOCAL, LETTERS, OTHER_DOMAIN = 2.0, 4.0, 6.0, -2.5
LONG_ENOUGH = 6
# In a small installation a word is not as rare as its count says.
FEWEST = 2_000


class Reason(NamedTuple):
    """One thing that speaks for it: a code (see `reasons.py`) and the value that both share."""

    code: str
    value: str = ""


@dataclass(frozen=True)
class Profile:
    """What is compared of a customer. `words` are folded and free of titles; the other texts are folded."""

    kind: str
    words: tuple[str, ...]
    street: str = ""
    postcode: str = ""
    city: str = ""
    identifiers: frozenset[Proof] = frozenset()


@dataclass
class Evidence:
    bits: float = PRIOR
    reasons: list[Reason] = field(default_factory=list)

    def add(self, bits: float, code: str = "", value: str = "") -> None:
        self.bits += bits
        if code and bits > 0:
            self.reasons.append(Reason(code, value))


def telling_words(name: str, kind: str, identifiers: Iterable[Proof] = ()) -> tuple[str, ...]:
    """The words of ``name`` that tell who it is; none when it is only an address or a number in place of a name."""
    if any(fold_key(key) == fold_key(name) for _kind, _namespace, key in identifiers):
        return ()
    noise = TITLES if kind == "person" else FORMS
    all_words = words(name)
    return tuple(word for word in all_words if word not in noise) or tuple(all_words)


def word_bits(uses: int, customers: int) -> float:
    """What an equal word proves that ``uses`` of so many customers have."""
    return min(max(SHARE * log2(max(customers, FEWEST) / max(uses, 1)), LEAST), MOST)


def score(one: Profile, other: Profile, bits_of: Bits, providers: frozenset[str]) -> tuple[float, tuple[Reason, ...]]:
    """Between 0 and 1, with what speaks for it.

    ``bits_of`` says how much an equal word proves; at ``providers`` so many have an address that it proves nothing.
    """
    evidence = Evidence()
    apart = compare_names(one, other, bits_of, evidence)
    compare_places(one, other, evidence)
    # A family or an office shares a phone, so it says nothing of people whose names differ.
    lines = {proof for proof in one.identifiers if proof[0] == "phone"} if apart else frozenset()
    compare_identifiers(one.identifiers - lines, other.identifiers, evidence)
    if not any(proof[0] == "email" for proof in one.identifiers & other.identifiers):
        compare_addresses(one, other, providers | FREE, evidence)
    return round(1 / (1 + 2**-evidence.bits), 4), tuple(evidence.reasons)


def compare_names(one: Profile, other: Profile, bits_of: Bits, evidence: Evidence) -> bool:
    """Whether each has a word of which the other has no like, which speaks against them."""
    if not one.words or not other.words:
        return False
    if "".join(one.words) == "".join(other.words):
        bits = min(sum(bits_of(word) for word in side.words) for side in (one, other))
        evidence.add(min(bits, NAME) + (FIRM if one.kind == "company" else 0.0), "same name")
        return False
    bits, how, left, right = aligned(one.words, other.words, bits_of)
    apart, more = min(len(left), len(right)), abs(len(left) - len(right))
    bits = min(bits, NAME) + apart * OTHER_NAME + more * MORE_NAME
    if not apart:
        evidence.add(bits, naming(one.words, other.words, how, more))
        return False
    evidence.bits += bits
    same = " ".join(word for word in one.words if word in other.words)
    evidence.reasons += [Reason("same word", same)] if same else []
    return True


def aligned(one: Sequence[str], other: Sequence[str], bits_of: Bits) -> tuple[float, set[str], list[str], list[str]]:
    """Each word of one name with its like in the other: what that proves, how they are alike, and who stay alone."""
    left, right, bits, how = list(one), list(other), 0.0, set()
    for kind, alike, share in STEPS:
        for word in list(left):
            match = next((candidate for candidate in right if alike(word, candidate)), None)
            if match is None:
                continue
            left.remove(word)
            right.remove(match)
            bits += share * max(bits_of(word), bits_of(match)) if kind != "initial" else INITIAL
            how.add(kind)
    return bits, how, left, right


@lru_cache(maxsize=65_536)
def two_off(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= LONG_ENOUGH and not variants(word).isdisjoint(variants(other))


def initial(word: str, other: str) -> bool:
    return min(len(word), len(other)) == 1 and word[0] == other[0]


def one_off(word: str, other: str) -> bool:
    return not word.isdigit() and min(len(word), len(other)) > 2 and near(word, other)  # noqa: PLR2004


STEPS: tuple[tuple[str, Callable[[str, str], bool], float], ...] = (
    ("equal", str.__eq__, 1.0),
    ("one off", one_off, ONE_OFF),
    ("two off", two_off, TWO_OFF),
    ("initial", initial, 0.0),
)


def naming(one: Sequence[str], other: Sequence[str], how: set[str], more: int) -> str:
    if how & {"one off", "two off"}:
        return "name with a slip"
    if "initial" in how:
        return "same initial"
    if more:
        return "part of the name"
    return "same name" if list(one) == list(other) else "other order"


def compare_places(one: Profile, other: Profile, evidence: Evidence) -> None:
    """City, postcode and street hang together, so all of them prove only so much."""
    found = Evidence(0.0)
    if one.street and other.street:
        compare_streets(one.street, other.street, found)
    if one.postcode and other.postcode:
        if one.postcode == other.postcode:
            found.add(POSTCODE, "same postcode", one.postcode)
        elif near(one.postcode, other.postcode):
            found.add(POSTCODE / 3, "like postcode")
        else:
            found.add(OTHER_POSTCODE)
    if one.city and other.city:
        if one.city == other.city:
            found.add(CITY, "same city", one.city)
        elif near(one.city, other.city) or two_off(one.city, other.city):
            found.add(CITY * 0.8, "like city")
        else:
            found.add(OTHER_CITY)
    evidence.bits += min(found.bits, PLACE)
    evidence.reasons += found.reasons


def compare_streets(one: str, other: str, evidence: Evidence) -> None:
    mine, theirs = one.split(), other.split()
    numbers = [{word for word in side if word[0].isdigit()} for side in (mine, theirs)]
    roads = ["".join(word for word in side if not word[0].isdigit()) for side in (mine, theirs)]
    if one == other:
        evidence.add(STREET, "same street")
    elif near(roads[0], roads[1]) or two_off(roads[0], roads[1]):
        evidence.add(STREET * 0.8 if numbers[0] == numbers[1] else ROAD, "like street")
    else:
        evidence.add(OTHER_STREET)


def compare_identifiers(one: frozenset[Proof], other: frozenset[Proof], evidence: Evidence) -> None:
    shared = sorted(one & other)
    best = max(shared, key=worth, default=None)
    for proof in shared:
        # The best of them counts whole, each further one a little.
        evidence.add(worth(proof) if proof == best else min(worth(proof), 2.0), f"same {proof[0]}", proof[2])


def worth(proof: Proof) -> float:
    kind, _namespace, key = proof
    if kind == "email":
        return DESK if key.partition("@")[0] in DESKS else OWN
    return LINE if kind == "phone" else OWN


def compare_addresses(one: Profile, other: Profile, providers: frozenset[str], evidence: Evidence) -> None:
    """Addresses that are not equal: one letter off, the same before the @, the same firm behind it, or two firms."""
    mine, theirs = addresses(one.identifiers), addresses(other.identifiers)
    names = {*one.words, *other.words}
    found = [reason_of(a, b, names, providers) for a in mine for b in theirs]
    if not found:
        return
    bits, reason = max(found)
    if bits < 0 and not all(domain not in providers for _local, domain in (*mine, *theirs)):
        return
    evidence.add(bits, *reason)


def addresses(identifiers: Iterable[Proof]) -> list[tuple[str, str]]:
    pairs = (key.partition("@")[::2] for kind, _namespace, key in identifiers if kind == "email")
    return sorted((local, domain) for local, domain in pairs if local not in DESKS)


def reason_of(
    one: tuple[str, str], other: tuple[str, str], names: set[str], providers: frozenset[str]
) -> tuple[float, Reason]:
    (local, domain), (their_local, their_domain) = one, other
    long_enough = min(len(local), len(their_local)) >= LONG_ENOUGH
    if domain == their_domain and long_enough and near(local, their_local) and letters(local) != letters(their_local):
        return LETTERS, Reason("like email")
    if local == their_local and long_enough and not is_made_of(local, names):
        return LOCAL, Reason("same local part", local)
    if domain == their_domain:
        return (0.0, Reason("")) if domain in providers else (DOMAIN, Reason("same domain", domain))
    return OTHER_DOMAIN, Reason("")


def letters(local: str) -> str:
    """Namesakes at one provider differ in a number."""
    return "".join(sign for sign in local if sign.isalpha())


def is_made_of(local: str, names: set[str]) -> bool:
    """Whether the part before the @ only says the name again, which was compared already."""
    return all(part in names for part in words("".join(sign if sign.isalpha() else " " for sign in local)))
