"""Bytes as characters when their label lies, and HTML as plain text."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3
from charset_normalizer import from_bytes

# Codecs that are no way to write a letter, or take their time.
NEVER = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# What these say of bytes beyond ASCII is said by everything; when the bytes are good UTF-8, that is what they are.
VAGUE = frozenset(
    {"", "ascii", "us-ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "unknown-8bit"}
)
LOOKED_AT = 20_000
MOST_TAGS = 10_000
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
SILENT = {"head", "script", "style", "title", "template", "noscript", "svg", "math", "object", "iframe", "textarea"}
READ = {*BLOCKS, "td", "th"}


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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in BLOCKS:
            self.turn()
        if tag == "blockquote":
            self.quotes += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.turn()
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        if tag in {"p", "table"}:
            self.lines.append("")
        if tag in {"td", "th"} and self.lines[-1]:
            self.lines[-1] += " "

    def handle_data(self, data: str) -> None:
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
    if elaborate(html):
        return crude(html)
    reader = Reader()
    # Python's parser takes its time over what is not well formed; this makes it so.
    reader.feed(nh3.clean(html, tags=READ, attributes={}, clean_content_tags=SILENT, link_rel=None))
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in reader.lines)).strip()


def elaborate(html: str) -> bool:
    """Whether ``html`` has more tags or entities than a letter needs: both may take the time of their square."""
    return html.count("<") + html.count("&") // 10 > MOST_TAGS


def crude(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^<>]{0,2000}>", " ", html))).strip()
