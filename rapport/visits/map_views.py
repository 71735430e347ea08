"""Open deals on a map."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.sales.board_views import narrowed
from rapport.sales.convert import all_rates
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.looks import looks_of
from rapport.visits.deal_map import map_of


@needs("sales.view_deal")
@require_safe
def map_page(request: SignedInRequest) -> HttpResponse:
    """Where the deals are that the conditions of the address leave."""
    under = narrowed(request.GET, request.user)
    deals = DEAL_LIST.chosen(under.query, request.user)
    found = map_of(deals, rates=all_rates(), reader=request.user, today=timezone.localdate(), at=timezone.now())
    return render(
        request,
        "visits/map.html",
        {"map": found, "under": under, "looks": looks_of(request.user, without="visits:map")},
    )
