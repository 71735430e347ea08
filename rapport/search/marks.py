"""Show where in a text the words stand that somebody asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapport.lib.names import fold

SPELLED = re.compile(r"\w+")
AROUND = 90


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; ``hit`` when it is what was asked for."""

    text: str
    hit: bool = False


def marked(text: str, asked: str) -> list[Piece]:
    """``text`` in pieces; a word that begins with an asked one is a hit, and so is ``asked`` itself."""
    words = [fold(word) for word in SPELLED.findall(asked)]
    spans = [found.span() for found in SPELLED.finditer(text) if begins(fold(found.group()), words)]
    place = text.lower().find(asked.lower()) if asked and len(text.lower()) == len(text) else -1
    if place >= 0:
        end = place + len(asked)
        spans = sorted([span for span in spans if span[1] <= place or span[0] >= end] + [(place, end)])
    return cut(text, spans)


def begins(word: str, asked: Sequence[str]) -> bool:
    return any(one and word.startswith(one) for one in asked)


def cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    pieces, done = [], 0
    for start, end in spans:
        pieces += [Piece(text[done:start]), Piece(text[start:end], hit=True)]
        done = end
    pieces.append(Piece(text[done:]))
    return [piece for piece in pieces if piece.text]


def snippet(text: str, asked: str) -> list[Piece]:
    """The part of ``text`` around the first hit, marked."""
    flat = " ".join(text.split())
    words = [fold(word) for word in SPELLED.findall(asked)]
    first = next((found.start() for found in SPELLED.finditer(flat) if begins(fold(found.group()), words)), 0)
    start = 0 if first <= AROUND else flat.rfind(" ", 0, first - AROUND // 2) + 1
    shown = flat[start : start + 2 * AROUND]
    return marked(f"{'… ' if start else ''}{shown}{' …' if start + len(shown) < len(flat) else ''}", asked)
