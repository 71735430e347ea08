"""Know time zones: all of them, and the one that most people of a country live in."""

import zoneinfo
from functools import cache
from pathlib import Path

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def zones() -> dict[str, list[str]]:
    """Zone names by area, in order."""
    by_area: dict[str, list[str]] = {area: [] for area in AREAS}
    for name in sorted(zoneinfo.available_timezones()):
        area, _slash, place = name.partition("/")
        if place and area in by_area:
            by_area[area].append(name)
    return by_area


@cache
def main_zones() -> dict[str, str]:
    """Country code → its most populous zone, as the zone database's own table puts it first."""
    found: dict[str, str] = {}
    for table in (Path(folder) / "zone.tab" for folder in zoneinfo.TZPATH):
        if table.is_file():
            for line in table.read_text(encoding="utf-8").splitlines():
                if not line.startswith("#"):
                    country, _place, name, *_rest = line.split("\t")
                    found.setdefault(country, name)
    return found


def main_zone(country: str) -> str:
    """The zone most people of ``country`` live in; UTC where nobody can tell."""
    return main_zones().get(country.upper(), "UTC")
