"""Every text can be translated, and no page carries its own script or style."""

import re

import pytest

from tests.house.rooms import in_rooms, short

TEMPLATES = in_rooms("templates/**/*.html")
TRANSLATED = re.compile(r"{%-?\s*(?:translate|trans|blocktranslate|blocktrans)\b")
LOADED = re.compile(r"{%-?\s*load\s[^%]*\bi18n\b")
LOGIC = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
HIDDEN = (
    re.compile(r"{#.*?#}", re.DOTALL),
    re.compile(r"{%-?\s*setvar\b.*?endsetvar\b.*?%}", re.DOTALL),
    re.compile(r"{%-?\s*block topics\b.*?endblock\b.*?%}", re.DOTALL),
    re.compile(r"{%-?\s*blocktrans.*?endblocktrans(?:late)?\s*-?%}", re.DOTALL),
    LOGIC,
    re.compile(r"<(?:code|kbd)\b.*?</(?:code|kbd)>", re.DOTALL),
    # A tag that begins in one of two ways: <a …{% else %}<button …
    re.compile(r"<\w[^<>]*(?=<\w)"),
    re.compile(r"<!?[\w/](?:\"[^\"]*\"|'[^']*'|[^'\">])*>", re.DOTALL),
    re.compile(r"&\w+;"),
)
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Rapport"}
ATTRIBUTE = re.compile(r"\b(?:title|aria-label|placeholder|alt)=\"([^\"]*)\"")
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+\s*=|\shx-on|javascript:|hx-vals=['\"]js:", re.IGNORECASE
)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_says_what_it_is_for(path):
    assert path.read_text(encoding="utf-8").startswith("{#"), "begin with a comment of one sentence"


@pytest.mark.req("K10")
@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_text_can_be_translated(path):
    text = path.read_text(encoding="utf-8")
    assert not TRANSLATED.search(text) or LOADED.search(text), "load i18n"
    literal = [*words_of(text), *(word for value in ATTRIBUTE.findall(text) for word in words_of(value))]
    assert not literal, f"{short(path)}: put these into translate or blocktranslate"


def words_of(text: str) -> list[str]:
    for pattern in HIDDEN:
        text = pattern.sub(" ", text)
    return [word for word in WORD.findall(text) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_no_template_carries_its_own_script_or_style(path):
    found = INLINE.findall(LOGIC.sub(" ", path.read_text(encoding="utf-8")))
    assert not found, "the content policy blocks it: use a class, or a behaviour of frontend/behaviours"
