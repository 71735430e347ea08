"""Convert amounts into the organisation's currency at the rate of their day."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Value, When

from rapport.sales.deal import Deal
from rapport.sales.rate import DIGITS, PLACES, Books, Rate

LATEST = 500


def home_currency() -> str:
    """The organisation's own; as long as nobody chose, that of most of the latest deals, or none."""
    chosen = Books.objects.values_list("currency", flat=True).first()
    if chosen:
        return chosen
    latest = Deal.objects.exclude(currency="").order_by("-pk").values_list("currency", flat=True)[:LATEST]
    return next((code for code, _number in Counter(latest).most_common(1)), "")


@dataclass(frozen=True)
class Rates:
    """All rates into one currency, each with the day from which it holds, in order."""

    home: str
    known: dict[str, list[tuple[date, Decimal]]]

    def at(self, currency: str, day: date) -> Decimal | None:
        """What one unit is worth on that day; None when nobody has said so for that day or before."""
        if currency == self.home:
            return Decimal(1)
        steps = self.known.get(currency, [])
        place = bisect_right(steps, day, key=lambda step: step[0])
        return steps[place - 1][1] if place else None

    def factor(self, day: date) -> Case:
        """The same as an expression over rows with a ``currency``, for what is converted at one day."""
        now = {code: self.at(code, day) for code in self.known}
        cases = [When(currency=code, then=Value(rate)) for code, rate in now.items() if rate is not None]
        return Case(
            When(currency=self.home, then=Value(Decimal(1))),
            *cases,
            default=None,
            output_field=DecimalField(max_digits=DIGITS, decimal_places=PLACES),
        )


def all_rates() -> Rates:
    home = home_currency()
    known: dict[str, list[tuple[date, Decimal]]] = {}
    for code, since, rate in (
        Rate.objects.filter(home=home).order_by("currency", "since").values_list("currency", "since", "rate")
    ):
        known.setdefault(code, []).append((since, rate))
    return Rates(home, known)


def worth_at(day: date, rates: Rates) -> object:
    """The amount of a row in the organisation's currency as of ``day``; nothing where it can't be converted."""
    return F("amount") * rates.factor(day)


def without_rate(currencies: Sequence[str], day: date, rates: Rates) -> list[str]:
    """Those of ``currencies`` that can't be converted on that day."""
    return sorted({code for code in currencies if code and rates.at(code, day) is None})
