"""What customers and colleagues say, per language and occasion, with the slots filled in."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from babel import Locale

from rapport.demo.spin import Text, parsed, spun

WORDS = Path(__file__).parent / "words"
LANGUAGES = ("en", "de", "pt", "es")


@dataclass(frozen=True)
class Variant:
    subject: Text
    text: Text


@cache
def phrases(language: str) -> dict[str, tuple[Variant, ...]]:
    """Occasion → ways to write it. The file has a heading per occasion and a line per way: *subject || text*."""
    found: dict[str, list[Variant]] = {}
    occasion: list[Variant] = []
    for line in (WORDS / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            occasion = found.setdefault(line[3:].strip(), [])
        elif line.strip():
            subject, mark, text = line.partition(" || ")
            if not mark and line.endswith(" ||"):
                subject, text = line[:-3], ""
            elif not mark:
                subject, text = "", line
            occasion.append(Variant(parsed(subject.strip()), parsed(text.strip().replace("¶", "\n"))))
    return {occasion: tuple(variants) for occasion, variants in found.items()}


@cache
def weekdays(language: str) -> tuple[str, ...]:
    names = Locale(language).days["format"]["wide"]
    return tuple(names[day] for day in range(5))


@cache
def months(language: str) -> tuple[str, ...]:
    names = Locale(language).months["format"]["wide"]
    return tuple(names[month] for month in range(1, 13))


def money(amount: float, currency: str, language: str) -> str:
    """As a clerk would write it: *€1,250.00*, *1.250,00 €*."""
    sign = {"EUR": "€", "GBP": "£", "CHF": "CHF "}[currency]
    plain = f"{amount:,.2f}"
    if language == "en":
        return f"{sign}{plain}"
    return f"{plain.translate(str.maketrans(',.', '.,'))} {sign.strip()}"


class Scene(dict[str, str]):
    """The slots of one scene; what nobody set is made up when it is first asked for, and stays."""

    def __init__(self, rng: Random, language: str, place: str, **slots: str) -> None:
        super().__init__(slots)
        self.rng, self.language, self.place = rng, language, place
        self.manners = {"hello": "hello_us", "bye": "bye"}

    def __missing__(self, slot: str) -> str:
        if slot in self.manners:
            return self.say(self.manners[slot])[1]
        made = self.made(slot)
        self[slot] = made
        return made

    def made(self, slot: str) -> str:
        rng = self.rng
        if slot in {"day", "month"}:
            return rng.choice((weekdays if slot == "day" else months)(self.language))
        if slot == "n":
            return str(rng.choice((6, 8, 10, 12, 15, 20, 25, 30, 40)))
        if slot == "count":
            return str(rng.randrange(4_000, 190_000))
        if slot == "date":
            mark = "{}.{}." if self.language == "de" else "{}/{}"
            return mark.format(rng.randrange(1, 28), rng.randrange(1, 12))
        if slot == "where":
            return self.say(f"where_{self.place}")[1]
        return self.say(slot)[1]

    def say(self, occasion: str) -> tuple[str, str]:
        """Subject and text for ``occasion``; the same occasion twice reads differently."""
        variants = phrases(self.language)[occasion]
        one = variants[int(self.rng.random() * len(variants))]
        return self.filled(one.subject), self.filled(one.text)

    def filled(self, text: Text) -> str:
        plain = spun(text, self.rng)
        return plain.format_map(self) if "{" in plain else plain
