"""Spells of days as people name them (this month, next quarter), reckoned from a day."""

from datetime import date, timedelta

A_CENTURY = 36_500
MONTHS = {"month": 1, "quarter": 3, "year": 12}
TURNS = {"last": -1, "this": 0, "next": 1}
NAMES = (
    *("today", "yesterday", "tomorrow"),
    *(f"{turn}-{unit}" for unit in ("week", "month", "quarter", "year") for turn in TURNS),
)


def spell(name: str, today: date) -> tuple[date, date]:
    """First day and the day after the last. Raises ValueError for a name that means nothing."""
    if name in {"today", "yesterday", "tomorrow"}:
        first = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[name])
        return first, first + timedelta(days=1)
    turn, _dash, unit = name.partition("-")
    if turn not in TURNS:
        raise ValueError(name)
    if unit == "week":
        monday = today + timedelta(days=7 * TURNS[turn] - today.weekday())
        return monday, monday + timedelta(days=7)
    if unit not in MONTHS:
        raise ValueError(name)
    months = MONTHS[unit]
    start = (today.year * 12 + today.month - 1) // months + TURNS[turn]
    return month(start * months), month((start + 1) * months)


def month(number: int) -> date:
    """The first day of a month, counted from the year nought."""
    return date(number // 12, number % 12 + 1, 1)


def back(days: int, today: date) -> date:
    """The day so many days ago, ahead when negative; no further than a century."""
    return today - timedelta(days=max(-A_CENTURY, min(days, A_CENTURY)))
