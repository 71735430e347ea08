"""Keep the message catalogues true: collect what the code says, compile what was translated, find what is missing.

python tools/messages.py collect   every translatable text into rapport/ui/locale/*/LC_MESSAGES/django.po
python tools/messages.py compile   the .po files into the .mo files that Django reads
python tools/messages.py check     exit 1 when a text has no translation or a catalogue is out of date
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "rapport" / "ui" / "locale"
LANGUAGES = ("de",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """# What Rapport says, in the language of this folder. Collected by tools/messages.py, translated by hand.
msgid ""
msgstr ""
"Project-Id-Version: Rapport\\n"
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def sources() -> Iterator[tuple[Path, str]]:
    for file in sorted((ROOT / "rapport").rglob("*")):
        if file.suffix == ".py" and not {"tests", "migrations"} & set(file.relative_to(ROOT).parts):
            yield file, file.read_text()
        elif file.suffix in {".html", ".txt"} and "templates" in file.parts:
            text = templatize(file.read_text(), origin=str(file))
            yield file, "\n".join(line.lstrip() for line in text.splitlines())


def collected() -> Catalog:
    catalog = Catalog(domain="django", charset="utf-8")
    for file, text in sources():
        where = str(file.relative_to(ROOT))
        for _line, message, comments, context in extract(
            "python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def current(language: str) -> Catalog:
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language, domain="django", charset="utf-8")
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain="django")


def merged(language: str) -> Catalog:
    catalog = current(language)
    catalog.update(collected(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def collect() -> int:
    for language in LANGUAGES:
        catalog = merged(language)
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        with po_file(language).open("wb") as stream:
            stream.write(HEADER.format(language=language, plural=catalog.plural_forms).encode())
            write_po(
                stream, catalog, width=120, sort_output=True, no_location=True, ignore_obsolete=True, omit_header=True
            )
        print(f"{language}: {len(catalog)} texts, {len(list(lacking(catalog)))} to translate")
    return 0


def compile_all() -> int:
    for language in LANGUAGES:
        with po_file(language).with_suffix(".mo").open("wb") as stream:
            write_mo(stream, current(language))
    return 0


def lacking(catalog: Catalog) -> Iterator[str]:
    """The texts without a whole translation, or whose translation lost or invented a placeholder."""
    for message in catalog:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = {match.group() for match in PLACEHOLDER.finditer(ids[-1])}
        given = {match.group() for match in PLACEHOLDER.finditer(strings[-1] or "")}
        if not all(strings) or wanted != given:
            yield ids[0]


def check() -> int:
    bad = 0
    for language in LANGUAGES:
        held, wanted = current(language), merged(language)
        missing = list(lacking(wanted))
        stale = {(m.id if isinstance(m.id, str) else m.id[0]) for m in held} - {
            (m.id if isinstance(m.id, str) else m.id[0]) for m in wanted
        }
        for text in missing:
            print(f"{language}: not translated: {text!r}")
        for text in stale:
            print(f"{language}: nobody says this any more: {text!r}")
        bad += len(missing) + len(stale)
    if bad:
        print("Run `make messages`, then translate in rapport/ui/locale.")
    return 1 if bad else 0


def main() -> int:
    settings.configure(USE_I18N=True)
    verbs = {"collect": collect, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in verbs:  # noqa: PLR2004
        print(__doc__)
        return 2
    return verbs[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
