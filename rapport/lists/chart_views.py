"""A chart over a list, with its table and a sentence; each group leads to its records."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rapport.lists.chart import STEPS, asked_of
from rapport.lists.read_chart import conditions_of, read_chart
from rapport.lists.record_list import record_list
from rapport.people.access import SignedInRequest, needs


@needs("lists.keep_view")
@require_safe
def chart(request: SignedInRequest, listing: str) -> HttpResponse:
    """The rows that the address chooses, by what it says in ``chart``, or in the choices of the form."""
    kept = record_list(listing, request.user)
    if kept is None:
        raise Http404
    charts = kept.charts(request.user)
    given = request.GET.get("chart", "") or "/".join(request.GET.get(name, "") for name in ("by", "step", "sum"))
    asked = asked_of(charts, given)
    state = conditions_of(kept.state(request.GET, request.user))
    told = {
        "kept": kept,
        "asked": asked,
        "charts": charts,
        "steps": [(name, label) for name, (_kind, label) in STEPS.items()],
        "chart": read_chart(asked, kept.chosen(request.GET, request.user), state=state),
        "state": state,
        "conditions": kept.words(request.GET, request.user),
        "carried": [(name, value) for name, values in QueryDict(state).lists() for value in values],
        "keeps": f"{state}{'&' if state else ''}{urlencode({'chart': asked.text}, safe='/')}",
    }
    return render(request, "lists/chart.html", told)
