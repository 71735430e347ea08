"""Texts with alternatives: *[Hello|Hi] {first}* becomes one of the ways to say it."""

from random import Random

Text = tuple["str | Alternatives", ...]


class Alternatives(tuple[Text, ...]):
    """What may stand in one place."""

    __slots__ = ()


def parsed(source: str) -> Text:
    """``source`` with its brackets understood; they may stand inside each other."""
    text, rest = read(source, 0, inside=False)
    if rest != len(source):
        message = f"a bracket too many: {source}"
        raise ValueError(message)
    return text


def read(source: str, place: int, *, inside: bool) -> tuple[Text, int]:
    parts: list[str | Alternatives] = []
    while place < len(source) and not (inside and source[place] in "|]"):
        if source[place] == "[":
            choice, place = choices(source, place + 1)
            parts.append(choice)
            continue
        end = place
        while end < len(source) and source[end] not in ("[|]" if inside else "["):
            end += 1
        parts.append(source[place:end])
        place = end
    return tuple(parts), place


def choices(source: str, place: int) -> tuple[Alternatives, int]:
    found = []
    while True:
        text, place = read(source, place, inside=True)
        found.append(text)
        if place >= len(source):
            message = f"a bracket is not closed: {source}"
            raise ValueError(message)
        place += 1
        if source[place - 1] == "]":
            return Alternatives(found), place


def spun(text: Text, rng: Random) -> str:
    """One of the ways to say ``text``."""
    said = ""
    for part in text:
        if part.__class__ is str:
            said += part
        else:
            said += spun(part[int(rng.random() * len(part))], rng)  # type: ignore[arg-type]
    return said


def luck(rng: Random, share: float) -> bool:
    """True in ``share`` of all cases."""
    return rng.random() < share
