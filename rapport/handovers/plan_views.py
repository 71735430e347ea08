"""Plans of hand-overs as the organisation shapes them: stations, what each is told, and what is done first."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.handovers.forms import DutyForm, PlanForm, PointForm, StationForm
from rapport.handovers.plan import Duty, Plan, Point, Station
from rapport.handovers.shape_plan import Part, begin_plan, keep_part, put_part, retire_part
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422
BACK = "handovers:plans"
WAYS = {"up": -1, "down": 1}


@needs("handovers.change_plan")
@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    found = Plan.objects.visible_to(request.user).current().select_related("pipeline")
    stations = Station.objects.visible_to(request.user).current().select_related("team")
    points = list(Point.objects.visible_to(request.user).current())
    duties = list(Duty.objects.visible_to(request.user).current())
    of = [
        (
            one,
            [point for point in points if point.station_id == one.pk],
            [duty for duty in duties if duty.station_id == one.pk],
        )
        for one in stations
    ]
    shown = [(plan, [line for line in of if line[0].plan_id == plan.pk]) for plan in found]
    return render(request, "handovers/plans.html", {"plans": shown})


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_plan(request: SignedInRequest) -> HttpResponse:
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        begin_plan(form.save(commit=False), by=request.user, at=timezone.now())
        return toast(request, redirect(BACK), _("Added, with common points. Change what is different with you."))
    return asked(request, form, _("New plan"))


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, handover_plan_id: int) -> HttpResponse:
    found = get_object_or_404(Plan.objects.visible_to(request.user).current(), pk=handover_plan_id)
    return kept(request, PlanForm(request.POST or None, instance=found), str(found), "handovers:retire_plan")


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_station(request: SignedInRequest, handover_plan_id: int) -> HttpResponse:
    found = get_object_or_404(Plan.objects.visible_to(request.user).current(), pk=handover_plan_id)
    return kept(request, StationForm(request.POST or None, instance=Station(plan=found)), _("New station"))


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def station(request: SignedInRequest, station_id: int) -> HttpResponse:
    found = the_station(request, station_id)
    return kept(request, StationForm(request.POST or None, instance=found), str(found), "handovers:retire_station")


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_point(request: SignedInRequest, station_id: int) -> HttpResponse:
    found = the_station(request, station_id)
    return kept(request, PointForm(request.POST or None, instance=Point(station=found)), _("New point"))


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: SignedInRequest, point_id: int) -> HttpResponse:
    found = get_object_or_404(Point.objects.visible_to(request.user).current(), pk=point_id)
    return kept(request, PointForm(request.POST or None, instance=found), str(found), "handovers:retire_point")


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def add_duty(request: SignedInRequest, station_id: int) -> HttpResponse:
    found = the_station(request, station_id)
    return kept(request, DutyForm(request.POST or None, instance=Duty(station=found)), _("New first task"))


@needs("handovers.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: SignedInRequest, duty_id: int) -> HttpResponse:
    found = get_object_or_404(Duty.objects.visible_to(request.user).current(), pk=duty_id)
    return kept(request, DutyForm(request.POST or None, instance=found), str(found), "handovers:retire_duty")


@needs("handovers.change_plan")
@require_POST
def put_station(request: SignedInRequest, station_id: int) -> HttpResponse:
    """A place further up or down: `way` says which."""
    return put(request, the_station(request, station_id))


@needs("handovers.change_plan")
@require_POST
def put_point(request: SignedInRequest, point_id: int) -> HttpResponse:
    found = Point.objects.visible_to(request.user).current().select_related("station")
    return put(request, get_object_or_404(found, pk=point_id))


@needs("handovers.change_plan")
@require_POST
def retire_plan(request: SignedInRequest, handover_plan_id: int) -> HttpResponse:
    return retired(request, get_object_or_404(Plan.objects.visible_to(request.user).current(), pk=handover_plan_id))


@needs("handovers.change_plan")
@require_POST
def retire_station(request: SignedInRequest, station_id: int) -> HttpResponse:
    return retired(request, the_station(request, station_id))


@needs("handovers.change_plan")
@require_POST
def retire_point(request: SignedInRequest, point_id: int) -> HttpResponse:
    found = Point.objects.visible_to(request.user).current().select_related("station")
    return retired(request, get_object_or_404(found, pk=point_id))


@needs("handovers.change_plan")
@require_POST
def retire_duty(request: SignedInRequest, duty_id: int) -> HttpResponse:
    found = Duty.objects.visible_to(request.user).current().select_related("station")
    return retired(request, get_object_or_404(found, pk=duty_id))


def the_station(request: SignedInRequest, station_id: int) -> Station:
    found = Station.objects.visible_to(request.user).current().select_related("plan")
    return get_object_or_404(found, pk=station_id)


def put(request: SignedInRequest, part: Station | Point) -> HttpResponse:
    way = WAYS.get(request.POST.get("way", ""))
    if way is not None:
        put_part(part, way, by=request.user, at=timezone.now())
    return redirect(BACK)


def retired(request: SignedInRequest, part: Part) -> HttpResponse:
    retire_part(part, by=request.user, at=timezone.now())
    words = _("“%(name)s” is out of use. Hand-overs that went by it stay as they are.") % {"name": part}
    return toast(request, redirect(BACK), words)


def kept(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    """Ask with ``form`` and keep; ``drop`` names the address that takes it out of use."""
    if request.method == "POST" and form.is_valid():
        keep_part(form.save(commit=False), by=request.user, at=timezone.now())
        return toast(request, redirect(BACK), _("Saved."))
    return asked(request, form, title, drop)


def asked(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    shown = {"form": form, "title": title, "drop": drop, "pk": form.instance.pk, "back": BACK}
    return render(request, "sales/part.html", shown, status=INVALID if form.errors else 200)
