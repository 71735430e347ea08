"""Read the quotes of a deal and of a customer, for their pages."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from rapport.people.models import User
from rapport.quotes.agreement import Agreement
from rapport.quotes.quote import OURS, Quote, State
from rapport.sales.deal import Deal

SHOWN = 6


def of_deal(deal: Deal, reader: User) -> Mapping[str, Any]:
    found = Quote.objects.visible_to(reader).filter(deal=deal).select_related("owner")
    may = reader.allows("quotes.change_quote") and deal.closed_at is None
    return {"quotes": list(found.order_by("-number", "-version")), "may_write": may}


def quotes_with(member_ids: Sequence[int], *, reader: User) -> QuerySet[Quote]:
    """Those that count: older versions stand on the page of the newest."""
    known = Quote.objects.visible_to(reader).filter(deal__member__in=member_ids)
    return known.exclude(state__in=[State.SUPERSEDED, State.WITHDRAWN])


def agreements_with(member_ids: Sequence[int], *, reader: User, today: date) -> QuerySet[Agreement]:
    """What runs, what ends first on top."""
    known = Agreement.objects.visible_to(reader).filter(member__in=member_ids)
    return known.running(today).order_by("ends", "pk")


def open_first(member_ids: Sequence[int], *, reader: User) -> list[Quote]:
    """What waits for an answer first, then the newest."""
    place = Case(
        When(state=State.SENT, then=Value(0)),
        When(state__in=[one.value for one in OURS], then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(quotes_with(member_ids, reader=reader).order_by(place, "-created_at")[:SHOWN])
