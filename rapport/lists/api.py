"""Lists and their views over the API: which there are, and the rows of a view."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, QueryDict
from pydantic import BaseModel, Field

from rapport.lists.chart import asked_of
from rapport.lists.models import Reach, View
from rapport.lists.read_chart import Bar, conditions_of, read_chart
from rapport.lists.record_list import RecordList, record_list, record_lists
from rapport.lists.run_view import run_view
from rapport.people.endpoint import After, Limit, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.ui.problem import Fault, ProblemError

ChartStep = Literal["day", "week", "month", "quarter", "year"]
STATE = "What the address of the list says behind the question mark: conditions, `sort` and `columns`."


class ColumnOut(BaseModel):
    name: str
    label: str


class ListOut(BaseModel):
    """One list, with all that a view of it may show."""

    name: str
    title: str
    columns: list[ColumnOut]
    sorts: list[str] = Field(description="A minus before the name turns it round.")
    conditions: list[ColumnOut]
    chart_by: list[ColumnOut] = Field(description="What a chart of it can be grouped by.")
    chart_sums: list[ColumnOut] = Field(description="What a chart of it can sum.")


class ListsOut(BaseModel):
    items: list[ListOut]


class ViewOut(BaseModel):
    """One view of a list."""

    id: int
    list: str
    name: str
    state: str = Field(description=STATE)
    reach: Reach
    owner: str = Field(description="The e-mail address of whose view it is.")
    team: str | None = Field(description="The team that it is shared with.")
    changed_at: datetime

    @classmethod
    def of(cls, one: View) -> "ViewOut":
        return cls(
            id=one.pk,
            list=one.listing,
            name=one.name,
            state=one.state,
            reach=Reach(one.reach),
            owner=one.owner.email,
            team=one.team.name if one.team else None,
            changed_at=one.changed_at,
        )


class ViewsOut(BaseModel):
    items: list[ViewOut]


class RowsOut(BaseModel):
    columns: list[ColumnOut] = Field(description="The columns of the view, in their order.")
    items: list[dict[str, Any]] = Field(description="Each row by column, with its `id`.")
    next: str | None = Field(description="Hand it back as `after` to go on; null at the end.")


class BarOut(BaseModel):
    """A group of a chart."""

    label: str = Field(description="Empty for those that hold nothing there.")
    count: int
    total: Decimal | None = Field(description="The sum, where one was asked for.")
    state: str | None = Field(description=f"Which rows it holds. {STATE} Null where that can't be said.")

    @classmethod
    def of(cls, one: Bar) -> "BarOut":
        return cls(label=one.label, count=one.count, total=one.total, state=one.state)


class PartOut(BaseModel):
    """The groups of one currency. What is no money is one part, with null."""

    currency: str | None
    count: int
    total: Decimal | None
    groups: int = Field(description="How many there are, also beyond those in `bars`.")
    bars: list[BarOut] = Field(description="The largest 25 of a field, the latest 60 of time.")
    others: BarOut | None = Field(description="What the groups beyond the bars hold together.")


class ChartOut(BaseModel):
    """The rows of a view in groups. Currencies are never mixed: each is a part."""

    by: str
    step: str = Field(description="Of time; empty otherwise.")
    sum: str
    count: int = Field(description="All rows of the view.")
    without: int = Field(description="Rows that hold no such amount of money.")
    beyond: int = Field(description="Rows in currencies beyond the eight with the most rows.")
    parts: list[PartOut]


@endpoint("GET", "/lists", needs="lists.keep_view", answers={200: ListsOut})
def list_lists(request: ApiRequest) -> ListsOut:
    """Every list that the token may read."""
    return ListsOut(items=[told(one, request) for one in record_lists() if request.auth.allows(one.needs)])


def told(kept: RecordList, request: ApiRequest) -> ListOut:
    listing, charts = kept.listing(request.user), kept.charts(request.user)
    return ListOut(
        name=kept.name,
        title=str(kept.title),
        columns=[ColumnOut(name=one.name, label=str(one.label)) for one in listing.columns],
        sorts=[one.name for one in listing.sorts],
        conditions=[ColumnOut(name=one.name, label=str(one.label)) for one in listing.filters],
        chart_by=[ColumnOut(name=one.name, label=str(one.label)) for one in charts.axes],
        chart_sums=[ColumnOut(name=one.name, label=str(one.label)) for one in charts.amounts],
    )


@endpoint("GET", "/views", needs="lists.keep_view", answers={200: ViewsOut})
def list_views(request: ApiRequest, list: str = "") -> ViewsOut:  # noqa: A002 - it is what they are views of
    """The views that are one's own or shared with one, of all lists or of one."""
    readable = {one.name for one in record_lists() if request.auth.allows(one.needs)}
    asked = readable & {list} if list else readable
    found = View.objects.visible_to(request.user).living().filter(listing__in=asked).by_name()
    return ViewsOut(items=[ViewOut.of(one) for one in found])


@endpoint("GET", "/views/{int:view_id}", needs="lists.keep_view", answers={200: ViewOut}, problems=(404,))
def read_view(request: ApiRequest, view_id: int) -> ViewOut:
    """One view."""
    return ViewOut.of(the_view(request, view_id)[0])


@endpoint("GET", "/views/{int:view_id}/rows", needs="lists.keep_view", answers={200: RowsOut}, problems=(404,))
def list_rows(request: ApiRequest, view_id: int, limit: Limit = 50, after: After = "") -> RowsOut:
    """The rows of a view as its list would show them, page by page."""
    view, kept = the_view(request, view_id)
    rows = run_view(kept, QueryDict(view.state), reader=request.user, after=after, limit=limit)
    if rows is None:
        raise ProblemError(422, "after: this is no place in the view.", [Fault("No place.", parameter="after")])
    columns = [ColumnOut(name=one.name, label=str(one.label)) for one in rows.columns]
    return RowsOut(columns=columns, items=list(rows.items), next=rows.next or None)


@endpoint("GET", "/views/{int:view_id}/chart", needs="lists.keep_view", answers={200: ChartOut}, problems=(404,))
def read_view_chart(
    request: ApiRequest,
    view_id: int,
    by: Word = "",
    step: ChartStep = "month",
    sum: Word = "",  # noqa: A002 - as the page
) -> ChartOut:
    """The chart that is kept with a view, or another one of its rows: counted, or summed, by a field or by time."""
    view, kept = the_view(request, view_id)
    charts, reader = kept.charts(request.user), request.user
    for name, given, known in (("by", by, charts.axes), ("sum", sum, charts.amounts)):
        if given and given not in {one.name for one in known}:
            raise ProblemError(422, f"{name}: there is no such thing.", [Fault("No such thing.", parameter=name)])
    text = f"{by}/{step}/{sum}" if by else QueryDict(view.state).get("chart", "")
    asked, state = asked_of(charts, text), conditions_of(kept.state(view.state, reader))
    chart = read_chart(asked, kept.chosen(view.state, reader), state=state)
    if chart.too_long:
        raise ProblemError(422, "This takes too long: the view holds too many rows.")
    return ChartOut(
        by=asked.axis.name,
        step=asked.step,
        sum=asked.amount.name if asked.amount else "",
        count=chart.count,
        without=chart.without,
        beyond=chart.beyond,
        parts=[
            PartOut(
                currency=one.currency,
                count=one.whole.count,
                total=one.whole.total,
                groups=one.groups,
                bars=[BarOut.of(bar) for bar in one.bars],
                others=BarOut.of(one.others) if one.others else None,
            )
            for one in chart.parts
        ],
    )


def the_view(request: ApiRequest, view_id: int) -> tuple[View, RecordList]:
    """The view, when the token may read its list."""
    found = View.objects.visible_to(request.user).living().select_related("owner", "team").filter(pk=view_id).first()
    kept = record_list(found.listing, request.user) if found else None
    if found is None or kept is None or not request.auth.allows(kept.needs):
        raise Http404
    return found, kept
