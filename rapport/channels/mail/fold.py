"""Tell what is new in a mail from what it quotes and from the signature under it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby


class Part(StrEnum):
    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Piece:
    """Lines that belong together."""

    part: Part
    text: str


LONGEST_LINE = 400
MOST_LINES = 50_000  # Nobody writes so many; what does, is shown as it is.
SPAN = 4  # lines that "On … wrote:" may run over
# "On Tuesday, Ann wrote:" in the languages that our customers' programs speak.
OPENINGS = (
    (re.compile(r"On\b"), re.compile(r"\bwrote\s*:$", re.IGNORECASE)),
    (re.compile(r"(Am|Den|Von)\b"), re.compile(r"\bschrieb\b[^:]{0,200}:$|\bgeschrieben\s*:$", re.IGNORECASE)),
    (re.compile(r"Le\b"), re.compile(r"\ba écrit\s*:$", re.IGNORECASE)),
    (re.compile(r"El\b"), re.compile(r"\bescribió\s*:$", re.IGNORECASE)),
    (re.compile(r"(Em|A|No dia)\b"), re.compile(r"\bescreveu\s*:$", re.IGNORECASE)),
    (re.compile(r"Il\b"), re.compile(r"\bha scritto\s*:$", re.IGNORECASE)),
    (re.compile(r"Op\b"), re.compile(r"\bschreef\b[^:]{0,200}:$", re.IGNORECASE)),
    # The other way round: "2026-03-01 Ann Lee <ann@x.example>:", "Ann Lee <ann@x.example> wrote:".
    (re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?\b"), re.compile(r"<[^<>\s]+@[^<>\s]+>\s*:$")),
    (re.compile(r"[^>\s]"), re.compile(r"^.{0,120}<[^<>\s]+@[^<>\s]+>\s*(wrote|schrieb|a écrit)\s*:$", re.IGNORECASE)),
)
RULE = re.compile(
    r"[-_ ]{2,}\s*(Original Message|Original Appointment|Ursprüngliche Nachricht|Originalnachricht|Forwarded by\b.{0,200}|"
    r"Forwarded message|Weitergeleitete Nachricht|Reply Message|Message d'origine|Mensaje original|Mensagem original|"
    r"Messaggio originale)[-_ ]*.{0,200}$",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"\*?(From|Von|De|Da|Van|Sent|Gesendet|Envoyé|Enviado|Date|Datum|To|An|À|Para|Subject|Betreff|Objet|Asunto|Assunto|Cc)\*?\s*:",
    re.IGNORECASE,
)
FROM = re.compile(r"\*?(From|Von|De|Da|Van)\*?\s*:", re.IGNORECASE)
LINE_OF_DASHES = re.compile(r"\s*[_-]{10,}\s*$")
DELIMITER = re.compile(r"(--|—)\s*$|_{2,}\s*$")
INITIALS = re.compile(r"-{1,2} ?\w[\w.]*(\s\w[\w.]*){0,2}$")
SENT_FROM = re.compile(
    r"(Sent from (my|Mail for)\b(?: ?[\w-]+){1,7}\.?$|Von meinem .{1,40} gesendet\.?$|Gesendet (von|mit) .{1,60}$|"
    r"Diese Nachricht wurde von meinem .{1,80} gesendet\.?$|Get Outlook for \w+|Envoyé de mon .{1,40}$|Enviado desde mi .{1,40}$)",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"((kind|best|warm|many)?\s*regards|best( wishes)?|cheers|sincerely( yours)?|yours (sincerely|faithfully|truly)|"
    r"(mit )?(freundlichen?|besten?|herzlichen?|lieben?|schönen?|viele[n]?) gr(ü|ue)(ß|ss)en?.{0,30}|viele grüße.{0,30}|"
    r"(liebe|beste|schöne|herzliche) grüße.{0,30}|hochachtungsvoll|mfg|lg|vg)\s*[,.!]?$",
    re.IGNORECASE,
)
LONGEST_SIGNATURE, WIDEST_SIGNATURE = 12, 80


def fold(text: str) -> tuple[Piece, ...]:
    """``text`` in pieces. A mail that only passes something on has that as its new part."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return (Piece(Part.NEW, text),)
    marks = marked(lines)
    if Part.NEW not in {mark for mark, line in zip(marks, lines, strict=True) if line.strip()}:
        marks = [Part.NEW] * len(lines)
    pieces = []
    for part, group in groupby(zip(marks, lines, strict=True), key=lambda one: one[0]):
        said = "\n".join(line for _mark, line in group).strip("\n")
        if said.strip():
            pieces.append(Piece(part, said))
    return tuple(pieces)


def new_part(pieces: Sequence[Piece]) -> str:
    return "\n\n".join(piece.text for piece in pieces if piece.part is Part.NEW).strip()


def marked(lines: Sequence[str]) -> list[Part]:
    """What each line is."""
    marks = [Part.QUOTED if line.lstrip().startswith(">") else Part.NEW for line in lines]
    for start, end in introductions(lines):
        marks[start:end] = [Part.QUOTED] * (end - start)
        if not answered_below(marks, lines, end):
            marks[start:] = [Part.QUOTED] * (len(lines) - start)
            break
    blanks(marks, lines)
    sign(marks, lines)
    return marks


def introductions(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a quotation is announced: from line to line."""
    place = 0
    while place < len(lines):
        end = announced(lines, place)
        if end:
            yield place, end
        place = end or place + 1


def announced(lines: Sequence[str], place: int) -> int:
    """Behind which line the announcement ends that begins at ``place``; 0 when none does."""
    line = lines[place].strip()
    if not line or line.startswith(">") or len(line) > LONGEST_LINE:
        return 0
    if RULE.match(line):
        return place + 1
    header = place
    if LINE_OF_DASHES.match(line):
        header = next(
            (other for other in range(place + 1, min(place + SPAN, len(lines))) if lines[other].strip()), place
        )
    if block(lines, header):
        return header + 1
    for opening, ending in OPENINGS:
        if not opening.match(line):
            continue
        said = ""
        for end in range(place, min(place + SPAN, len(lines))):
            piece = lines[end].strip()
            if not piece or len(piece) > LONGEST_LINE:
                break
            said = f"{said} {piece}".strip()
            if ending.search(said):
                return end + 1
    return 0


def block(lines: Sequence[str], place: int) -> bool:
    """Whether the header of an older message stands here, as some programs write it."""
    around = [line.strip() for line in lines[place : place + 6]]
    return bool(around and FROM.match(around[0])) and sum(bool(FIELD.match(line)) for line in around) >= 3  # noqa: PLR2004


def answered_below(marks: Sequence[Part], lines: Sequence[str], start: int) -> bool:
    """Whether somebody wrote between or below lines that are marked as quoted."""
    rest = [(mark, line) for mark, line in zip(marks[start:], lines[start:], strict=True) if line.strip()]
    return bool(rest) and rest[0][0] is Part.QUOTED


def blanks(marks: list[Part], lines: Sequence[str]) -> None:
    """An empty line between two quoted ones is quoted."""
    for place in range(1, len(lines) - 1):
        if not lines[place].strip() and marks[place - 1] is Part.QUOTED:
            marks[place] = Part.QUOTED


def sign(marks: list[Part], lines: Sequence[str]) -> None:
    """The signature is what stands last of what is new, behind its delimiter, a closing or the name of a device."""
    new = [place for place, mark in enumerate(marks) if mark is Part.NEW]
    start = next((place for place in new if DELIMITER.match(lines[place])), None)
    written = [place for place in new if lines[place].strip()]
    tail = written[-LONGEST_SIGNATURE:]
    if start is None and all(len(lines[place]) <= WIDEST_SIGNATURE for place in tail[-4:]):
        start = next((place for place in tail if closes(lines, place, tail)), None)
    if start is None:
        start = next((place for place in tail[-3:] if SENT_FROM.match(lines[place].strip())), None)
    above = [place for place in written if start is None or place < start][-1:]
    start = next((place for place in above if place and initialled(lines, place)), start)
    for place in new:
        if start is not None and place >= start:
            marks[place] = Part.SIGNATURE


def initialled(lines: Sequence[str], place: int) -> bool:
    """Whether "-Ann" stands there alone."""
    return not lines[place - 1].strip() and INITIALS.match(lines[place].strip()) is not None


def closes(lines: Sequence[str], place: int, tail: Sequence[int]) -> bool:
    below = [lines[other] for other in tail if other > place]
    return (
        bool(below)
        and CLOSING.match(lines[place].strip()) is not None
        and all(len(line) <= WIDEST_SIGNATURE for line in below)
    )
