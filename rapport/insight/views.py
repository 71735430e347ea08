"""KPIs: all at a glance, each with its trend, its parts and its definition, and the records behind every figure."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.insight.asked import SPANS, STEPS, Asked, asked_of, day_in
from rapport.insight.forms import OwnerForm
from rapport.insight.kpi import BETTER, Dimension, Kpi
from rapport.insight.library import kpi_for, kpis_for
from rapport.insight.models import Ownership
from rapport.insight.read_kpi import figure_of, records_of, report_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.sales.convert import home_currency
from rapport.ui.patience import TooLongError
from rapport.ui.toast import toast

INVALID = 422


@needs("insight.view_kpi")
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Every KPI whose records its reader may see, over twelve months or as the address says."""
    owners = owners_of(request.user)
    lines: list[dict[str, Any]] = []
    for kpi in kpis_for(request.user):
        asked = asked_of(kpi, request.GET, timezone.localdate())
        line: dict[str, Any] = {"kpi": kpi, "owner": owners.get(kpi.name), "query": asked.query(), "asked": asked}
        try:
            line["told"], line["before"] = figure_of(kpi, asked, reader=request.user)
        except TooLongError:
            line["too_long"] = True
        lines.append(line)
    shown = {"lines": lines, "home": home_currency(), "spans": SPANS, "span": request.GET.get("span", "12-months")}
    return render(request, "insight/index.html", shown)


@needs("insight.view_kpi")
@require_safe
def kpi(request: SignedInRequest, kpi_name: str) -> HttpResponse:
    found = the_kpi(request, kpi_name)
    asked = asked_of(found, request.GET, timezone.localdate())
    shown: dict[str, Any] = {
        "kpi": found,
        "asked": asked,
        "parts": narrowed(asked),
        "better": BETTER[found.better],
        "home": home_currency(),
        "owner": owners_of(request.user).get(found.name),
        "spans": SPANS,
        "steps": STEPS,
        "carried": [(name, value) for name, value in request.GET.items() if name in dimensions(found)],
        "may_change": request.user.allows("insight.change_kpi"),
    }
    try:
        shown["report"] = report_of(found, asked, reader=request.user)
    except TooLongError:
        shown["too_long"] = True
    return render(request, "insight/kpi.html", shown)


@needs("insight.view_kpi")
@require_safe
def records(request: SignedInRequest, kpi_name: str) -> HttpResponse:
    """The records behind a figure, in pages; with the sums from which it is reckoned."""
    found = the_kpi(request, kpi_name)
    asked = asked_of(found, request.GET, timezone.localdate())
    after = place_in(request.GET.get("after", ""))
    shown: dict[str, Any] = {
        "kpi": found,
        "asked": asked,
        "parts": narrowed(asked),
        "home": home_currency(),
        "first_page": after is None,
    }
    try:
        shown["told"], _before = figure_of(found, asked, reader=request.user)
        shown["lines"], more = records_of(found, asked, after=after, reader=request.user)
    except TooLongError:
        shown["too_long"], more = True, False
    if more:
        last = shown["lines"][-1]
        shown["older"] = f"?{asked.query(after=f'{last.day.isoformat()}_{last.pk}')}"
    return render(request, "insight/records.html", shown)


@needs("insight.change_kpi")
@require_http_methods(["GET", "HEAD", "POST"])
def owner(request: SignedInRequest, kpi_name: str) -> HttpResponse:
    """Say who answers for it."""
    found = the_kpi(request, kpi_name)
    form = OwnerForm(request.POST or None, initial={"owner": owners_of(request.user).get(found.name)})
    if request.method == "POST" and form.is_valid():
        kept = Ownership.objects.visible_to(request.user)
        if form.cleaned_data["owner"]:
            kept.update_or_create(kpi=found.name, defaults={"owner": form.cleaned_data["owner"]})
        else:
            kept.filter(kpi=found.name).delete()
        return toast(request, redirect("insight:kpi", found.name), _("Saved."))
    shown = {"form": form, "kpi": found, "back": reverse("insight:kpi", args=[found.name])}
    return render(request, "insight/owner.html", shown, status=INVALID if form.errors else 200)


def the_kpi(request: SignedInRequest, name: str) -> Kpi:
    found = kpi_for(request.user, name)
    if found is None:
        raise Http404
    return found


def owners_of(reader: User) -> dict[str, User]:
    return {one.kpi: one.owner for one in Ownership.objects.visible_to(reader).select_related("owner")}


def dimensions(kpi: Kpi) -> set[str]:
    return {one.name for one in kpi.subject.dimensions}


def narrowed(asked: Asked) -> list[tuple[Dimension, str, str]]:
    """The parts to which it is narrowed: dimension, what its value is called, and the address without it."""
    return [
        (dimension, dimension.words([value]).get(value, "") if value is not None else "", asked.without(dimension))
        for dimension, value in asked.parts
    ]


def place_in(text: str) -> tuple[date, int] | None:
    text, _under, pk = text.partition("_")
    day = day_in(text)
    return (day, number(pk)) if day else None
