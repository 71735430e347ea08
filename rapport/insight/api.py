"""KPIs over the API: what each means, its figure, how it went and the records behind it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from rapport.insight.asked import Asked, asked_of, day_in
from rapport.insight.kpi import Better, Kpi, Unit
from rapport.insight.library import kpi_for, kpis_for
from rapport.insight.models import Ownership
from rapport.insight.read_kpi import Line, Part, Told, records_of, report_of
from rapport.lib import cursor
from rapport.people.endpoint import After, Limit, Word, endpoint
from rapport.people.tokens import ApiRequest
from rapport.sales.convert import home_currency
from rapport.ui.patience import TooLongError
from rapport.ui.problem import Fault, ProblemError

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
BUSY = ProblemError(503, "This takes too long; ask for a shorter spell of time.", headers={"Retry-After": "60"})


class KpiOut(BaseModel):
    id: str
    title: str
    meaning: str
    formula: str
    grain: str
    unit: Unit
    currency: str = Field(description="Of money: what it is in.")
    better: Better
    owner_id: int | None
    dimensions: list[str]

    @classmethod
    def of(cls, kpi: Kpi, owners: dict[str, int], home: str) -> "KpiOut":
        money = kpi.unit in {Unit.MONEY, Unit.MONEY_A_DAY}
        return cls(
            id=kpi.name,
            unit=kpi.unit,
            currency=home if money else "",
            better=kpi.better,
            owner_id=owners.get(kpi.name),
            dimensions=[one.name for one in kpi.subject.dimensions],
            **{name: str(getattr(kpi, name)) for name in ("title", "meaning", "formula", "grain")},
        )


class KpisOut(BaseModel):
    items: list[KpiOut]


class FigureOut(BaseModel):
    """A figure of the records that the token may see; null where there is nothing to divide by."""

    figure: str | None
    records: int = Field(description="From so many it was reckoned.")
    too_few: bool = Field(description="So few that it says little.")
    left_out: int = Field(description="Records that could not be counted, as an amount without a rate.")
    sums: dict[str, str]

    @classmethod
    def of(cls, told: Told) -> "FigureOut":
        return cls(
            figure=None if told.figure is None else plain(told.figure),
            records=told.counted,
            too_few=told.few,
            left_out=told.unknown,
            sums={name: plain(value) for name, value in (told.sums or {}).items()},
        )


class KpiPartOut(FigureOut):
    label: str

    @classmethod
    def of_part(cls, part: Part) -> "KpiPartOut":
        return cls(label=part.label, **FigureOut.of(part.told).model_dump())


class ReportOut(BaseModel):
    kpi: KpiOut
    first: date | None = Field(description="The first day; null: since ever.")
    last: date | None
    whole: FigureOut
    before: FigureOut | None = Field(description="The same of as many days before.")
    trend: list[KpiPartOut]
    breakdown: list[KpiPartOut]
    others: FigureOut | None


class KpiChoice(BaseModel):
    first: Day | None = Field(default=None, description="With `last`; twelve months up to today otherwise.")
    last: Day | None = None
    step: str = Field(default="month", pattern="^(week|month|quarter)$")
    by: Word = Field(default="", description="One of the dimensions.")


class RecordChoice(BaseModel):
    first: Day | None = None
    last: Day | None = None
    dimension: Word = Field(default="", description="With `value`: only those of that part.")
    value: Word = Field(default="", description="As the breakdown of the page has it in its address; - for none.")
    after: After = ""
    limit: Limit = 50


class RecordOut(BaseModel):
    id: int
    day: date
    counted: bool
    name: str
    values: dict[str, str | None]

    @classmethod
    def of(cls, line: Line) -> "RecordOut":
        values = {one.name: None if value is None else plain(value) for one, value in line.values}
        return cls(id=line.pk, day=line.day, counted=line.known, name=line.label, values=values)


class RecordPage(BaseModel):
    items: list[RecordOut]
    next: str | None


@endpoint("GET", "/kpis", needs="insight.view_kpi", answers={200: KpisOut})
def list_kpis(request: ApiRequest) -> KpisOut:
    """Every KPI with what it means and how it is reckoned."""
    owners, home = owners_of(request), home_currency()
    return KpisOut(items=[KpiOut.of(one, owners, home) for one in kpis_for(request.user)])


@endpoint("GET", "/kpis/{slug:kpi_name}", needs="insight.view_kpi", answers={200: ReportOut}, problems=(404,))
def read_kpi(request: ApiRequest, kpi_name: str, choice: Query[KpiChoice]) -> ReportOut:
    """A figure over what the token may see, as it went, and by one dimension."""
    kpi = the_kpi(request, kpi_name)
    known = [one.name for one in kpi.subject.dimensions]
    if choice.by and choice.by not in known:
        raise ProblemError(
            422, "by: there is no such dimension.", [Fault("One of: " + ", ".join(known), parameter="by")]
        )
    asked = asked_of(kpi, {**days(choice), "step": choice.step, "by": choice.by}, timezone.localdate())
    try:
        report = report_of(kpi, asked, reader=request.user)
    except TooLongError as problem:
        raise BUSY from problem
    first, last = spell_of(asked)
    return ReportOut(
        kpi=KpiOut.of(kpi, owners_of(request), home_currency()),
        first=first,
        last=last,
        whole=FigureOut.of(report.told),
        before=FigureOut.of(report.before) if report.before else None,
        trend=parts(report.trend),
        breakdown=parts(report.parts),
        others=FigureOut.of(report.others) if report.others else None,
    )


@endpoint("GET", "/kpis/{slug:kpi_name}/records", needs="insight.view_kpi", answers={200: RecordPage}, problems=(404,))
def list_kpi_records(request: ApiRequest, kpi_name: str, choice: Query[RecordChoice]) -> RecordPage:
    """The records behind a figure, the newest first: what they bring along adds up to it."""
    kpi = the_kpi(request, kpi_name)
    narrowed = {choice.dimension: choice.value or "-"} if choice.dimension else {}
    known = [one.name for one in kpi.subject.dimensions]
    if choice.dimension and choice.dimension not in known:
        fault = Fault("One of: " + ", ".join(known), parameter="dimension")
        raise ProblemError(422, "dimension: there is no such dimension.", [fault])
    place = cursor.read(choice.after, str, int) if choice.after else None
    day = day_in(str(place[0])) if place else None
    if choice.after and day is None:
        raise ProblemError(422, "after: this leads nowhere.", [Fault("This leads nowhere.", parameter="after")])
    asked = asked_of(kpi, {**days(choice), **narrowed}, timezone.localdate())
    after = (day, int(place[1])) if place and day else None
    try:
        lines, more = records_of(kpi, asked, after=after, most=choice.limit, reader=request.user)
    except TooLongError as problem:
        raise BUSY from problem
    following = cursor.write(lines[-1].day.isoformat(), lines[-1].pk) if more else None
    return RecordPage(items=[RecordOut.of(one) for one in lines], next=following)


def the_kpi(request: ApiRequest, name: str) -> Kpi:
    found = kpi_for(request.user, name)
    if found is None:
        raise Http404
    return found


def owners_of(request: ApiRequest) -> dict[str, int]:
    return dict(Ownership.objects.visible_to(request.user).values_list("kpi", "owner"))


def days(choice: Any) -> dict[str, str]:
    if choice.first and choice.last:
        if choice.first > choice.last:
            raise ProblemError(422, "last: it lies before first.", [Fault("It lies before first.", parameter="last")])
        return {"from": choice.first.isoformat(), "until": choice.last.isoformat()}
    if choice.first or choice.last:
        missing = "last" if choice.first else "first"
        raise ProblemError(422, f"{missing}: both days are needed.", [Fault("Both are needed.", parameter=missing)])
    return {}


def spell_of(asked: Asked) -> tuple[date | None, date | None]:
    return asked.first, date.fromordinal(asked.end.toordinal() - 1) if asked.end else None


def parts(found: Sequence[Part]) -> list[KpiPartOut]:
    return [KpiPartOut.of_part(one) for one in found]


def plain(value: Any) -> str:
    return f"{round(value, 6).normalize():f}"
