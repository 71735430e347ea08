"""The board: deals in the columns of their stages."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.sales.board import FIRST, board_of, more_of
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.lanes import LANES
from rapport.sales.looks import looks_of
from rapport.sales.pipeline import Pipeline, Stage

# What the board and the calendar themselves say; all else of their address are conditions of the list of deals.
OWN = {"pipeline", "after", "sort", "columns", "chart", "view", "state", "lanes", "month", "by"}
MOST_SHOWN = 5_000


@dataclass(frozen=True)
class Narrowed:
    """The conditions under which a board is shown, as an address and in words."""

    query: str
    words: list[str]
    mine: bool


def narrowed(query: QueryDict, reader: User) -> Narrowed:
    kept = query.copy()
    for name in OWN & set(kept):
        del kept[name]
    text = kept.urlencode()
    return Narrowed(text, DEAL_LIST.words(kept, reader), kept.getlist("owner") == [str(reader.pk)])


@needs("sales.view_deal")
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """The board of one pipeline; the first one unless the address names another."""
    pipelines = list(Pipeline.objects.visible_to(request.user).current())
    wanted = request.GET.get("pipeline", "")
    chosen = next((one for one in pipelines if str(one.pk) == wanted), pipelines[0] if pipelines else None)
    shown = {
        "pipelines": pipelines,
        "looks": looks_of(request.user, without="sales:board"),
        "may_change": request.user.allows("sales.change_deal"),
        "may_shape": request.user.allows("sales.change_pipeline"),
    }
    if chosen:
        under = narrowed(request.GET, request.user)
        deals = DEAL_LIST.chosen(under.query, request.user)
        by = next((one for one in LANES if one.name == request.GET.get("lanes")), None)
        found = board_of(chosen, deals, reader=request.user, at=timezone.now(), by=by)
        shown |= {"board": found, "under": under, "lanes": LANES}
    template = "sales/board.html#columns" if request.htmx.target == "columns" else "sales/board.html"
    response = render(request, template, shown)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@needs("sales.view_deal")
@require_safe
def more(request: SignedInRequest, stage_id: int) -> HttpResponse:
    """Further cards of a column, behind those that are shown."""
    stage = get_object_or_404(Stage.objects.visible_to(request.user).select_related("pipeline"), pk=stage_id)
    after = min(number(request.GET.get("after", "")) or FIRST, MOST_SHOWN)
    under = narrowed(request.GET, request.user)
    deals = DEAL_LIST.chosen(under.query, request.user)
    cards = more_of(stage, deals, after=after, reader=request.user, at=timezone.now())
    shown = {"cards": cards, "stage": stage, "after": after + len(cards), "under": under}
    return render(request, "sales/more.html", {**shown, "may_change": request.user.allows("sales.change_deal")})
