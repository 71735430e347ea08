"""Compare what was said with what came: of the deals given so much probability, how many were won."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from django.db.models import Avg, Count, F, IntegerField, Q, QuerySet
from django.db.models.functions import Least

from rapport.sales.deal import Deal
from rapport.sales.pipeline import End, StageQuerySet

SURE, LEAST = 1.96, 10
# Own words are taken together by so many percent.
BAND = 10


@dataclass(frozen=True)
class Came:
    """Of ``number`` deals of which ``said`` (a share) was said ``won`` were won; ``address`` chooses them in the list."""

    label: str
    said: float
    won: int
    number: int
    address: str

    @property
    def share(self) -> float | None:
        return self.won / self.number if self.number else None

    @property
    def between(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % certainty (Wilson)."""
        return wilson(self.won, self.number) if self.number else None

    @property
    def said_percent(self) -> int:
        return min(99, round(100 * self.said))

    @property
    def low_percent(self) -> int:
        return round(100 * self.between[0]) if self.between else 0

    @property
    def wide_percent(self) -> int:
        return max(1, round(100 * (self.between[1] - self.between[0]))) if self.between else 0

    @property
    def few(self) -> bool:
        return self.number < LEAST

    @property
    def judged(self) -> str:
        """Whether what was said is further off than chance explains: too high, too low, or right."""
        if self.between is None or self.few:
            return ""
        low, high = self.between
        return "high" if self.said > high else "low" if self.said < low else "right"


def wilson(won: int, number: int) -> tuple[float, float]:
    p, n = won / number, number
    middle = (p + SURE**2 / (2 * n)) / (1 + SURE**2 / n)
    reach = SURE * sqrt(p * (1 - p) / n + SURE**2 / (4 * n * n)) / (1 + SURE**2 / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def error_of(parts: Sequence[Came]) -> float | None:
    """How far said and came lie apart on average, each deal counting as much as the others."""
    number = sum(one.number for one in parts)
    return sum(abs(one.said - (one.share or 0.0)) * one.number for one in parts) / number if number else None


def own_words(deals: QuerySet[Deal]) -> list[Came]:
    """Of the ended ones of ``deals`` that had a probability of their own, the last one said, by tens of percent."""
    rows = (
        ended(deals)
        .filter(probability__isnull=False)
        .annotate(band=Least(F("probability") / BAND, 9, output_field=IntegerField()))
        .values("band")
        .annotate(number=Count("pk"), won=won_ones(), mean=Avg("probability"))
        .order_by("band")
    )
    found = []
    for row in rows:
        low = int(row["band"]) * BAND
        high = 100 if low + BAND == 100 else low + BAND - 1  # noqa: PLR2004
        address = f"state=won,lost&chance.between={low}/{high}"
        found.append(Came(f"{low}–{high} %", float(row["mean"]) / 100, row["won"], row["number"], address))
    return found


def by_stage(deals: QuerySet[Deal], stages: StageQuerySet) -> list[Came]:
    """Of the ended ones of ``deals`` that were once in each of the open ``stages``, beside what the stage says."""
    # Counted through the moves: a deal that came twice is one.
    rows = (
        ended(deals)
        .filter(moves__to_stage__in=stages)
        .values("moves__to_stage")
        .annotate(number=Count("pk", distinct=True), won=Count("pk", filter=Q(stage__end=End.WON), distinct=True))
    )
    counted = {row["moves__to_stage"]: (row["won"], row["number"]) for row in rows}
    return [
        Came(
            f"{one.pipeline}: {one}",
            one.probability / 100,
            *counted.get(one.pk, (0, 0)),
            f"state=won,lost&been={one.pk}",
        )
        for one in stages.filter(end=End.OPEN).select_related("pipeline").in_order()
    ]


def ended(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    return deals.filter(closed_at__isnull=False).order_by()


def won_ones() -> Count:
    return Count("pk", filter=Q(stage__end=End.WON))
