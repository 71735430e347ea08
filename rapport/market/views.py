"""The market: all competitors over time, one of them, and what people said of it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.market.mentions import mentions_of
from rapport.market.page import overview, said, whole_of
from rapport.market.span import CHOICES, Span, span_of
from rapport.people.access import SignedInRequest, needs
from rapport.sales.competitor import Competitor
from rapport.sales.period import period_of
from rapport.timeline.read import entries_of
from rapport.ui.patience import TooLongError

SHOWN = 300


def asked(request: SignedInRequest) -> Span:
    return span_of(request.GET.get("quarters", ""), timezone.localdate())


@needs("sales.view_deal")
@require_safe
def market(request: SignedInRequest) -> HttpResponse:
    span = asked(request)
    shown = {"span": span, "choices": CHOICES, "may_change": request.user.allows("sales.change_competitor")}
    try:
        shown |= overview(span, reader=request.user)
    except TooLongError:
        shown["too_long"] = True
    return render(request, "market/market.html", shown)


def the_competitor(request: SignedInRequest, competitor_id: int) -> Competitor:
    return get_object_or_404(Competitor.objects.visible_to(request.user), pk=competitor_id)


@needs("sales.view_deal")
@require_safe
def competitor(request: SignedInRequest, competitor_id: int) -> HttpResponse:
    found, span = the_competitor(request, competitor_id), asked(request)
    shown = {
        "competitor": found,
        "span": span,
        "choices": CHOICES,
        "may_change": request.user.allows("sales.change_competitor"),
        "said": said(found, span, reader=request.user),
    }
    try:
        shown |= whole_of(found, span, reader=request.user)
    except TooLongError:
        shown["too_long"] = True
    return render(request, "market/competitor.html", shown)


@needs("timeline.view_interaction")
@require_safe
def mentions(request: SignedInRequest, competitor_id: int) -> HttpResponse:
    """The very interactions of a month, or of all quarters, in which they are named."""
    found, span = the_competitor(request, competitor_id), asked(request)
    month = period_of(request.GET.get("month", ""))
    first, end = (month.first, month.end) if month else (span.first, span.end)
    named = mentions_of(found, first, end, reader=request.user)
    ids = [pk for pk, _at in named.found]
    entries = entries_of(ids[:SHOWN], reader=request.user)
    shown = {
        "competitor": found,
        "month": month,
        "span": span,
        "number": len(ids),
        "more": named.more,
        "entries": [entries[pk] for pk in ids[:SHOWN]],
    }
    return render(request, "market/mentions.html", shown)
