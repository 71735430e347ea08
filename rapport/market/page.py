"""Read what the pages of the market show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from rapport.market.mentions import Mentions, mentions_of
from rapport.market.met import Met, address, met_by, together
from rapport.market.parts import by_family, by_pipeline, by_territory, reasons, words_of
from rapport.market.span import Span
from rapport.people.models import User
from rapport.sales.competitor import Competitor, Positioning
from rapport.sales.convert import home_currency
from rapport.sales.period import Period, month_at
from rapport.ui.patience import TooLongError, no_longer_than

SECONDS, MOST = 10.0, 60


@dataclass(frozen=True)
class Line:
    """A competitor, or one quarter of it; the addresses list the very deals that are counted."""

    competitor: Competitor
    met: Met
    span: Span | Period
    share: int = 0

    def link(self, what: str) -> str:
        return address(self.competitor.pk, self.span, what)

    @property
    def label(self) -> str:
        return str(self.span) if isinstance(self.span, Period) else str(self.competitor)

    @property
    def of_met(self) -> str:
        return self.link("met")

    @property
    def of_won(self) -> str:
        return self.link("won")

    @property
    def of_lost_to(self) -> str:
        return self.link("lost_to")

    @property
    def of_lost(self) -> str:
        return self.link("lost")


@dataclass(frozen=True)
class Month:
    month: Period
    number: int
    share: int


def overview(span: Span, *, reader: User) -> dict[str, Any]:
    """All competitors, the ones most often met first. Raises TooLongError."""
    competitors = list(Competitor.objects.visible_to(reader).order_by("name", "pk"))
    with no_longer_than(SECONDS):
        found = met_by(span, reader=reader)
    lines = [Line(one, together(list(found.get(one.pk, {}).values())), span) for one in competitors]
    known = [line for line in lines if line.competitor.retired_at is None or line.met.met or line.met.decided]
    known.sort(key=lambda line: (-line.met.met, line.competitor.name))
    most = max((line.met.met for line in known), default=0) or 1
    lines = [Line(one.competitor, one.met, span, round(100 * one.met.met / most)) for one in known[:MOST]]
    return {"lines": lines, "whole": together([one.met for one in known]), "home": home_currency()}


def whole_of(competitor: Competitor, span: Span, *, reader: User) -> dict[str, Any]:
    """One competitor over time. Raises TooLongError."""
    with no_longer_than(SECONDS):
        found = met_by(span, reader=reader, only=competitor.pk).get(competitor.pk, {})
        parts = [
            (title, read(competitor.pk, span, reader=reader))
            for title, read in (("pipeline", by_pipeline), ("family", by_family), ("territory", by_territory))
        ]
        why = reasons(competitor.pk, span, reader=reader)
    most = max((one.met for one in found.values()), default=0) or 1
    quarters = [
        Line(competitor, found.get(one, Met()), one, round(100 * found.get(one, Met()).met / most))
        for one in reversed(span.quarters)
    ]
    return {
        "line": Line(competitor, together(list(found.values())), span),
        "quarters": quarters,
        "reasons": why,
        "words": words_of(competitor.pk, span, reader=reader),
        "parts": dict(parts),
        "home": home_currency(),
        "positionings": Positioning.objects.visible_to(reader)
        .filter(competitor=competitor)
        .select_related("product")
        .order_by("product__sort_key", "pk"),
    }


def said(competitor: Competitor, span: Span, *, reader: User) -> dict[str, Any]:
    """How often people spoke of it, by month; nothing where nobody may know, or it took too long."""
    if not reader.allows("timeline.view_interaction"):
        return {}
    try:
        with no_longer_than(SECONDS):
            found: Mentions = mentions_of(competitor, span.first, span.end, reader=reader)
    except TooLongError:
        return {"too_long": True}
    this = month_at(timezone.localdate())
    rows: Sequence[tuple[Period, int]] = [row for row in found.by_month(span) if row[0] <= this]
    most = max((number for _month, number in rows), default=0) or 1
    return {
        "months": [Month(month, number, round(100 * number / most)) for month, number in reversed(rows)],
        "number": len(found.found),
        "more": found.more,
    }
