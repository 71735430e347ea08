"""Foreign HTML made harmless: text and tables stay, nothing that runs, loads or pretends."""

import re
from dataclasses import dataclass

import nh3

from rapport.channels.mail.words import elaborate

PICTURE = re.compile(r"<img\b|\bbackground\s*=|url\s*\(", re.IGNORECASE)
TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "div",
    ),
    *("dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li"),
    *("ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"),
    *("tfoot", "th", "thead", "tr", "tt", "u", "ul"),
}
CELL = {"align", "valign", "colspan", "rowspan"}
ATTRIBUTES = {"*": {"dir", "lang", "title"}, "a": {"href"}, "td": CELL, "th": CELL, "ol": {"start"}, "font": {"color"}}
# What only empties its tag would leave its text behind.
GONE = {
    "script",
    "style",
    "title",
    "head",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "textarea",
    "select",
}


@dataclass(frozen=True)
class Clean:
    """HTML that may be shown, and how many pictures were left out. What is too elaborate is not shown at all."""

    html: str
    pictures: int = 0
    elaborate: bool = False


def clean(html: str) -> Clean:
    if elaborate(html):
        return Clean("", elaborate=True)
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags=GONE,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Clean(safe, sum(1 for _ in PICTURE.finditer(html)))
