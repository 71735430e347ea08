"""A month or a quarter, as forecasts and targets speak of it: 2026-11 or 2026-Q4."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rapport.lib.periods import month

FIRST_YEAR, LAST_YEAR = 1990, 2199
QUARTER = 3


@dataclass(frozen=True, order=True)
class Period:
    """So many months from the first day on."""

    first: date
    months: int

    @property
    def end(self) -> date:
        """The day after its last."""
        return month(self._number + self.months)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def name(self) -> str:
        if self.months == 1:
            return f"{self.first.year}-{self.first.month:02}"
        return f"{self.first.year}-Q{(self.first.month + 2) // QUARTER}"

    @property
    def _number(self) -> int:
        return self.first.year * 12 + self.first.month - 1

    def shifted(self, by: int) -> "Period":
        return Period(month(self._number + by * self.months), self.months)

    def parts(self) -> list["Period"]:
        """The months in it."""
        return [Period(month(self._number + ahead), 1) for ahead in range(self.months)]

    def __str__(self) -> str:
        return self.name


def period_of(text: str) -> Period | None:
    found = re.fullmatch(r"(\d{4})-(?:Q([1-4])|(\d\d))", text, re.ASCII)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    if found[2]:
        return Period(date(int(found[1]), int(found[2]) * QUARTER - 2, 1), QUARTER)
    return Period(date(int(found[1]), int(found[3]), 1), 1) if 1 <= int(found[3]) <= 12 else None  # noqa: PLR2004


def quarter_at(day: date) -> Period:
    return Period(date(day.year, (day.month - 1) // QUARTER * QUARTER + 1, 1), QUARTER)


def month_at(day: date) -> Period:
    return Period(day.replace(day=1), 1)
