"""Lists to choose from: countries, languages, time zones, in the reader's language."""

from babel import Locale
from django.conf import settings
from django.utils import translation
from phonenumbers import SUPPORTED_REGIONS

from rapport.lib.names import sort_key
from rapport.lib.zones import zones

Choices = list[tuple[str, str]]


def countries() -> Choices:
    """Every country that has phone numbers, by its name."""
    names = Locale.parse(translation.get_language() or "en", sep="-").territories
    named = [(code, str(names.get(code, code))) for code in SUPPORTED_REGIONS]
    return sorted(named, key=lambda country: sort_key(country[1]))


def languages() -> Choices:
    """The languages that the pages speak, each named in its own words."""
    return [
        (code, str(Locale.parse(code, sep="-").get_display_name()).capitalize()) for code, _name in settings.LANGUAGES
    ]


def time_zones() -> list[tuple[str, str | Choices]]:
    """All time zones by area."""
    areas: list[tuple[str, str | Choices]] = [("UTC", "UTC")]
    for area, names in zones().items():
        areas.append((area, [(name, name.partition("/")[2].replace("_", " ")) for name in names]))
    return areas
