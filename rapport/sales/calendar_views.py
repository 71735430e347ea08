"""The deals of a month, day by day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.sales.board_views import narrowed
from rapport.sales.deal_calendar import BY_DAYS, month_of
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.looks import looks_of
from rapport.sales.period import month_at, period_of


@needs("sales.view_deal")
@require_safe
def month_page(request: SignedInRequest) -> HttpResponse:
    """A month with its open deals; this one, by the day of closing, unless the address says otherwise."""
    now, today = timezone.now(), timezone.localdate()
    asked = period_of(request.GET.get("month", ""))
    period = asked if asked and asked.months == 1 else month_at(today)
    by = next((one for one in BY_DAYS if one.name == request.GET.get("by")), BY_DAYS[0])
    under = narrowed(request.GET, request.user)
    deals = DEAL_LIST.chosen(under.query, request.user)
    shown = {
        "month": month_of(deals, period, by, reader=request.user, today=today, at=now),
        "under": under,
        "looks": looks_of(request.user, without="sales:calendar"),
        "by_days": BY_DAYS,
        "today": today,
        "before": period.shifted(-1),
        "after": period.shifted(1),
        "may_change": request.user.allows("sales.change_deal"),
    }
    return render(request, "sales/calendar.html", shown)
