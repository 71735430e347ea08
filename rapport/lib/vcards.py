"""Read vCards (2.1, 3.0, 4.0), as address books write them, as rows of a table: one card a row, in flat memory.

Sources: RFC 2426, RFC 6350 and the Versit specification of 1996. Written by hand because real exports break the rules
(pictures cut in the middle, profiles within cards), and one damaged card must not cost the others.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TextIO

from rapport.lib.records import Record, Trouble

COLUMNS = (
    *(
        "External id",
        "Name",
        "First name",
        "Last name",
        "Nickname",
        "Company",
        "Company role",
        "E-mail",
        "Phone",
        "Fax",
    ),
    *(
        "Street",
        "City",
        "Region",
        "Postcode",
        "Country",
        "Website",
        "Language",
        "Time zone",
        "Tags",
        "Birthday",
        "Note",
    ),
)
BEGINNING = re.compile(r"\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE | re.MULTILINE)
LONGEST_LINE, LONGEST_VALUE, MOST_VALUES = 1_000_000, 20_000, 50
SEVERAL = frozenset(("EMAIL", "TEL", "CATEGORIES", "URL", "ADR"))
WANTED = SEVERAL | frozenset(
    ("FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "UID", "LANG", "TZ", "BDAY", "NOTE", "KIND", "X-ABSHOWAS")
)
SILENT = frozenset(("pager", "modem", "isdn", "bbs"))
HEAD = re.compile(r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<params>(?:;(?:"[^"]*"|[^":;])*)*):', re.ASCII)
PARAM = re.compile(r';(?P<key>[\w-]+)?=?(?P<value>"[^"]*"|[^;]*)')
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
EXTENSION = re.compile(r";ext=(\d+).*", re.IGNORECASE)


class Said(NamedTuple):
    """One property of a card, decoded; ``types`` are its TYPE words in small letters."""

    value: str
    types: frozenset[str]


@dataclass
class Card:
    line: int
    said: dict[str, list[Said]] = field(default_factory=dict)

    def add(self, name: str, value: Said) -> None:
        values = self.said.setdefault(name, [])
        if len(values) < (MOST_VALUES if name in SEVERAL else 1):
            values.append(value)

    def text(self, name: str) -> str:
        """The first value of a property, read as text."""
        return plain(self.said[name][0].value) if name in self.said else ""

    def parts(self, name: str) -> list[str]:
        """The parts between semicolons of a property's preferred value."""
        return [plain(part) for part in split(self.preferred(name)[0].value, ";")] if name in self.said else []

    def preferred(self, name: str) -> list[Said]:
        return sorted(self.said.get(name, ()), key=lambda one: "pref" not in one.types)


def cards(source: TextIO) -> Iterator[Record]:
    """Every card of ``source`` as cells in the order of COLUMNS; what stands outside of cards is passed over."""
    card: Card | None = None
    depth = 0
    for line, text in properties(source):
        if BEGINNING.match(text):
            depth += 1
            card = card or Card(line)
        elif card and text[:4].upper() == "END:":
            depth -= 1
            if depth == 0:
                yield Record(card.line, cells(card), "")
                # Files put together without a line break between them.
                together = BEGINNING.search(text) is not None
                card, depth = (Card(line), 1) if together else (None, 0)
        elif card and depth == 1:
            take(text, card)
    if card:
        trouble: Trouble = "never closed"
        yield Record(card.line, cells(card), trouble)


def properties(source: TextIO) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first: folded ones put together, soft breaks of quoted-printable too."""
    pending, start, soft, keep = "", 0, False, True
    for number, raw in enumerate(iter(lambda: source.readline(LONGEST_LINE), ""), start=1):
        line = raw.replace("\0", "").rstrip("\r\n")
        if soft or (line[:1] in {" ", "\t"} and pending):
            if keep and len(pending) < LONGEST_VALUE:
                pending = f"{pending[:-1] if soft else pending}{line if soft else line[1:]}"
            soft = soft and line.endswith("=")
            continue
        if pending:
            yield start, pending
        name = line.partition(":")[0].partition(";")[0].rpartition(".")[2].strip().upper()
        keep = name in WANTED or name in {"BEGIN", "END"}
        pending, start = (line if keep else ""), number
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    if pending:
        yield start, pending


def take(text: str, card: Card) -> None:
    head = HEAD.match(text)
    if head is None or head["name"].upper() not in WANTED:
        return
    value = text[head.end() :][:LONGEST_VALUE]
    params: dict[str, list[str]] = {}
    for param in PARAM.finditer(head["params"]):
        # In version 2.1 a word alone is a type or an encoding.
        key = (param["key"] or "TYPE").upper() if "=" in param[0] else "TYPE"
        words = param["value"] if "=" in param[0] else param[0][1:]
        params.setdefault(key, []).extend(words.strip('"').lower().split(","))
    if "quoted-printable" in (*params.get("ENCODING", ()), *params.get("TYPE", ())):
        value = unquoted(value, params.get("CHARSET", ["utf-8"])[0])
    types = {word.strip() for word in params.get("TYPE", ())} | ({"pref"} if params.get("PREF") == ["1"] else set())
    card.add(head["name"].upper(), Said(value.strip(), frozenset(types)))


def unquoted(value: str, charset: str) -> str:
    content = quopri.decodestring(value.encode("utf-8", "replace"))
    for encoding in (charset, "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("latin-1")


def split(value: str, sign: str) -> list[str]:
    """``value`` cut at each ``sign`` that is not escaped."""
    return re.split(rf"(?<!\\){sign}", value)


def plain(value: str) -> str:
    """``value`` without escapes; a line break stays one."""
    return ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value).strip()


def cells(card: Card) -> list[str]:
    family, given, *_rest = [*card.parts("N"), "", ""]
    company = card.parts("ORG")[0] if card.parts("ORG") else ""
    name = card.text("FN") or " ".join(part for part in (given, family) if part) or company
    whose = card.text("KIND").lower() == "org" or card.text("X-ABSHOWAS").upper() == "COMPANY"
    address = [*card.parts("ADR"), *[""] * 7]
    street = ", ".join(" ".join(part.split()) for part in (address[2], address[1], address[0]) if part)
    return [
        *(card.text("UID"), " ".join(name.split()), given, family, ", ".join(listed(card, "NICKNAME"))),
        *("" if whose or company == name else company, card.text("TITLE") or card.text("ROLE")),
        *(joined(card.preferred("EMAIL")), *numbers(card)),
        *(street, *address[3:7], next((plain(one.value) for one in card.preferred("URL")), "")),
        *(card.text("LANG"), card.text("TZ"), ", ".join(listed(card, "CATEGORIES"))),
        *(card.text("BDAY"), card.text("NOTE")),
    ]


def listed(card: Card, name: str) -> list[str]:
    return [word for one in card.said.get(name, ()) for part in split(one.value, ",") if (word := plain(part))]


def joined(values: Iterable[Said]) -> str:
    """Addresses or numbers, each once."""
    found = (bare(plain(one.value)) for one in values)
    return "; ".join(dict.fromkeys(word for word in found if word))


def numbers(card: Card) -> tuple[str, str]:
    """Those by which one speaks, and those by which one does not."""
    faxes = [one for one in card.said.get("TEL", ()) if any("fax" in word or word in SILENT for word in one.types)]
    spoken = [one for one in card.preferred("TEL") if one not in faxes]
    return joined(spoken), joined(faxes)


def bare(value: str) -> str:
    """A number or address without its scheme, as people write it."""
    scheme, colon, rest = value.partition(":")
    if colon and scheme.lower() in {"tel", "mailto"}:
        return EXTENSION.sub(r" ext. \1", rest)
    return value
