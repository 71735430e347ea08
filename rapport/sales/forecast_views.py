"""The forecast: what a month or a quarter will bring, against what target, and what changed since another day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.sales.changes_of_forecast import changes_since, first_day
from rapport.sales.convert import all_rates
from rapport.sales.deal import Deal
from rapport.sales.forecast import BUCKETS, Sums, rolled_up, together
from rapport.sales.forecast_by import BYS, NO_PRODUCT, By
from rapport.sales.forecast_forms import OutlookForm
from rapport.sales.forecast_page import counted, drill, forecast_of, outcome_of
from rapport.sales.period import Period, month_at, period_of, quarter_at
from rapport.sales.pipeline import Pipeline
from rapport.sales.say_outlook import say_outlook
from rapport.sales.targets_of import targets_of
from rapport.ui.patience import TooLongError, no_longer_than
from rapport.ui.toast import toast

WEEK, SECONDS, SHOWN, MOST_AHEAD = 7, 20.0, 200, 8


@dataclass(frozen=True)
class Asked:
    """What an address asks for; what it gets wrong is as if it had not been said."""

    period: Period
    by: By
    pipeline: Pipeline | None
    since: date
    today: date

    @property
    def narrowed(self) -> str:
        """What else a link has to say."""
        return f"&pipeline={self.pipeline.pk}" if self.pipeline else ""


def asked_of(request: HttpRequest, reader: User) -> Asked:
    today = timezone.localdate()
    by = next((one for one in BYS if one.name == request.GET.get("by", "")), BYS[0])
    pipelines = Pipeline.objects.visible_to(reader).current()
    pipeline = pipelines.filter(pk=number(request.GET.get("pipeline", ""))).first()
    try:
        since = date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = today - timedelta(days=WEEK)
    if not date(1990, 1, 1) <= since < today:
        since = today - timedelta(days=WEEK)
    return Asked(period_of(request.GET.get("period", "")) or quarter_at(today), by, pipeline, since, today)


@needs("sales.view_deal")
@require_safe
def forecast(request: SignedInRequest) -> HttpResponse:
    asked, rates, reader = asked_of(request, request.user), all_rates(), request.user
    deals = counted(reader, asked.pipeline)
    shown: dict[str, Any] = {
        "asked": asked,
        "home": rates.home,
        "bys": BYS,
        "periods": periods_around(asked.period, asked.today),
        "other": month_at(asked.today) if asked.period.months > 1 else quarter_at(asked.period.first),
        "pipelines": Pipeline.objects.visible_to(reader).current(),
        "may_target": reader.allows("sales.change_target"),
        "over": asked.period.end <= asked.today,
    }
    try:
        with no_longer_than(SECONDS):
            targets = targets_of(asked.period, rates=rates, today=asked.today)
            found = forecast_of(
                deals, asked.period, asked.by, rates=rates, targets=targets, reader=reader, today=asked.today
            )
            late = deals.filter(closed_at=None, closes_on__lt=min(asked.period.first, asked.today)).count()
            undated = deals.filter(closed_at=None, closes_on=None).count()
    except TooLongError:
        return render(request, "sales/forecast.html", {**shown, "too_long": True})
    shown |= {
        "found": found,
        "rows": [(row, cells(row.line.sums, asked, row.line.key)) for row in found.rows],
        "sums": cells(found.whole, asked, None, whole=True),
        "late": late,
        "undated": undated,
        "missing": sorted(found.whole.currencies | targets.currencies),
        "without": found.whole.without,
    }
    return render(request, "sales/forecast.html", shown)


@needs("sales.view_deal")
@require_safe
def likely(request: SignedInRequest) -> HttpResponse:
    """The range in which the period will end, as a simulation says; fetched by the page when it is there."""
    asked, rates, reader = asked_of(request, request.user), all_rates(), request.user
    deals, shown = counted(reader, asked.pipeline), {"asked": asked, "home": rates.home}
    try:
        with no_longer_than(SECONDS):
            whole = together(rolled_up(deals, asked.period, NO_PRODUCT, rates=rates, today=asked.today).values())
            shown["outcome"] = outcome_of(deals, asked.period, whole, rates=rates, today=asked.today, at=timezone.now())
    except TooLongError:
        shown["too_long"] = True
    return render(request, "sales/likely.html#range" if request.htmx else "sales/likely.html", shown)


@needs("sales.view_deal")
@require_safe
def changes(request: SignedInRequest) -> HttpResponse:
    """What changed in a period's forecast since another day: the deals, with the reason and what each changed."""
    asked, rates, reader = asked_of(request, request.user), all_rates(), request.user
    shown: dict[str, Any] = {"asked": asked, "home": rates.home, "begun": first_day()}
    try:
        with no_longer_than(SECONDS):
            found = changes_since(
                asked.since, counted(reader, asked.pipeline), asked.period, rates=rates, today=asked.today
            )
    except TooLongError:
        return render(request, "sales/changes.html", {**shown, "too_long": True})
    if found:
        why = request.GET.get("why", "")
        theirs = [one for one in found.changes if one.why == why] if why else list(found.changes)
        owners = User.objects.visible_to(reader).in_bulk({one.owner_id for one in theirs[:SHOWN]})
        shown |= {
            "found": found,
            "why": why,
            "lines": [(one, owners.get(one.owner_id)) for one in theirs[:SHOWN]],
            "more": max(0, len(theirs) - SHOWN),
            "steps": found.steps(),
        }
    return render(request, "sales/changes.html", shown)


@needs("sales.change_deal")
@require_POST
def outlook(request: SignedInRequest, deal_id: int) -> HttpResponse:
    """Put a deal into a category of the forecast."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    form = OutlookForm(request.POST)
    if not form.is_valid():
        return toast(request, redirect("sales:deal", deal_id), _("There is no such category."))
    say_outlook(deal, form.said, by=request.user, at=timezone.now())
    return toast(request, redirect("sales:deal", deal_id), _("Saved."))


def periods_around(period: Period, today: date) -> Sequence[Period]:
    """Those that one may go to next, the present one always among them."""
    here = quarter_at(today) if period.months > 1 else month_at(today)
    return sorted({here, *(here.shifted(step) for step in range(-2, 4)), period})[:MOST_AHEAD]


def cells(sums: Sums, asked: Asked, key: Any, *, whole: bool = False) -> list[tuple[str, Any, int, str]]:
    """Each bucket with its amount, how many deals, and the address of the list that holds them."""
    by = NO_PRODUCT if whole else asked.by
    return [
        (bucket, sums.amounts[bucket], sums.numbers[bucket], drill(by, key, bucket, asked.period) + asked.narrowed)
        for bucket in BUCKETS
    ]
