"""The quarters that are looked at, from the address of a page."""

from dataclasses import dataclass
from datetime import date

from rapport.lib.ids import number
from rapport.sales.period import Period, month_at, quarter_at

CHOICES = (4, 8, 12, 20)
USUAL = 8


@dataclass(frozen=True)
class Span:
    """So many quarters up to the present one, the oldest first."""

    quarters: tuple[Period, ...]

    @property
    def first(self) -> date:
        return self.quarters[0].first

    @property
    def end(self) -> date:
        """The day after its last."""
        return self.quarters[-1].end

    @property
    def months(self) -> list[Period]:
        return [one for quarter in self.quarters for one in quarter.parts()]

    def quarter_of(self, day: date) -> Period:
        return quarter_at(day)

    def month_of(self, day: date) -> Period:
        return month_at(day)


def span_of(text: str, today: date) -> Span:
    """Anything else than a number that can be chosen is the usual one."""
    asked = number(text)
    many = asked if asked in CHOICES else USUAL
    now = quarter_at(today)
    return Span(tuple(now.shifted(-back) for back in reversed(range(many))))
