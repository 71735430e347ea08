"""Bytes as characters when their label lies, and HTML as plain text."""

import re
from html.parser import HTMLParser

from charset_normalizer import from_bytes

# Codecs that are no way to write a letter, or take their time.
NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What these say of bytes beyond ASCII is said by everything; when the bytes are good UTF-8, that is what they are.
VAGUE = frozenset(
    {"", "ascii", "us-ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "unknown-8bit"}
)
LOOKED_AT = 20_000
LONGEST_HTML = 2_000_000
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
SILENT = frozenset({"head", "script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe"})


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """``content`` as text, and whether its label was true."""
    label = charset.strip().strip("\"'").lower().replace("_", "-")
    if label in VAGUE:
        try:
            return content.decode(), content.isascii() or label in {"", "unknown-8bit"}
        except UnicodeDecodeError:
            pass
    if label not in {"", "unknown-8bit"} and label.replace("-", "_") not in NEVER:
        try:
            return content.decode(label), True
        except (LookupError, UnicodeError, ValueError):
            pass
    return guessed(content), False


def guessed(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        best = from_bytes(content[:LOOKED_AT]).best()
        return content.decode(best.encoding if best else "cp1252", errors="replace")


class Reader(HTMLParser):
    """Writes down what HTML says: a line for each block, a mark before each quoted line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.quotes = 0
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in SILENT:
            self.silent.append(tag)
        if tag in BLOCKS:
            self.turn()
        if tag == "blockquote":
            self.quotes += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
        if tag in BLOCKS:
            self.turn()
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        if tag in {"p", "table"}:
            self.lines.append("")
        if tag in {"td", "th"} and self.lines[-1]:
            self.lines[-1] += " "

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in BLOCKS:
            self.turn()

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        said = re.sub(r"\s+", " ", data)
        if not self.lines[-1]:
            said = said.lstrip()
            if said and self.quotes:
                said = f"{'>' * min(self.quotes, 9)} {said}"
        self.lines[-1] += said

    def turn(self) -> None:
        if self.lines[-1]:
            self.lines.append("")


def text_of(html: str) -> str:
    """What ``html`` says, without pictures and links."""
    reader = Reader()
    reader.feed(html[:LONGEST_HTML])
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in reader.lines)).strip()
