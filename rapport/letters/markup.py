"""Simple marks in a text (**bold**, *italic*, [link](https://…), lists) as HTML and as plain words."""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.html import escape

from rapport.channels.mail.clean import clean

BOLD, ITALIC = (
    re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*"),
    re.compile(r"(?<![*\w])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![*\w])"),
)
LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(((?:https?://|mailto:)[^\s()<>\"]{1,1000})\)")
ITEM, NUMBERED = re.compile(r"\s{0,3}[-•]\s+(.*)"), re.compile(r"\s{0,3}\d{1,3}[.)]\s+(.*)")
QUOTED = re.compile(r">\s?(.*)")


def is_marked(text: str) -> bool:
    """Whether ``text`` says more than plain text can."""
    return any(mark.search(text) for mark in (BOLD, ITALIC, LINK))


def as_plain(text: str) -> str:
    """As it reads without HTML: links with their addresses, emphasis as people write it."""
    return BOLD.sub(r"*\1*", LINK.sub(r"\1 (\2)", text))


def as_html(text: str) -> str:
    """Harmless HTML of ``text``."""
    return clean("\n".join(blocks(text.splitlines()))).html


def blocks(lines: list[str]) -> Iterator[str]:
    for kind, some in groupby(lines, kind_of):
        said = list(some)
        if kind == "ul":
            yield "<ul>" + "".join(f"<li>{inline(inside(ITEM, one))}</li>" for one in said) + "</ul>"
        elif kind == "ol":
            yield "<ol>" + "".join(f"<li>{inline(inside(NUMBERED, one))}</li>" for one in said) + "</ol>"
        elif kind == "quote":
            yield "<blockquote>" + "\n".join(blocks([inside(QUOTED, one) for one in said])) + "</blockquote>"
        elif kind == "p":
            yield "<p>" + "<br>".join(inline(one) for one in said) + "</p>"


def kind_of(line: str) -> str:
    if not line.strip():
        return "gap"
    marks = (("quote", QUOTED), ("ul", ITEM), ("ol", NUMBERED))
    return next((kind for kind, mark in marks if mark.match(line)), "p")


def inside(mark: re.Pattern[str], line: str) -> str:
    found = mark.match(line)
    return found[1] if found else line


def inline(text: str) -> str:
    said = str(escape(text))
    said = LINK.sub(lambda found: f'<a href="{found[2]}">{found[1]}</a>', said)
    return ITALIC.sub(r"<i>\1</i>", BOLD.sub(r"<b>\1</b>", said))
