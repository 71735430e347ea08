"""Where leads come from, and to whom they go."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.sales.enquiry import LeadSource, Route
from rapport.sales.lead_forms import RouteForm, SourceForm
from rapport.sales.shape_leads import begin_sources, keep_lead_part, retire_lead_part
from rapport.ui.toast import toast

INVALID = 422
BACK = "sales:lead_setup"


@needs("sales.change_route")
@require_safe
def setup(request: SignedInRequest) -> HttpResponse:
    routes = Route.objects.visible_to(request.user).current()
    shown = {
        "sources": LeadSource.objects.visible_to(request.user).current(),
        "routes": routes.select_related("source", "territory", "brand", "team", "user"),
    }
    return render(request, "sales/lead_setup.html", shown)


@needs("sales.change_route")
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """Common sources to begin with, to be changed afterwards."""
    begin_sources(by=request.user, at=timezone.now())
    return toast(request, redirect(BACK), _("Sources to begin with. Change what is different with you."))


@needs("sales.change_route")
@require_http_methods(["GET", "HEAD", "POST"])
def add_source(request: SignedInRequest) -> HttpResponse:
    return kept(request, SourceForm(request.POST or None), _("New source"))


@needs("sales.change_route")
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: SignedInRequest, lead_source_id: int) -> HttpResponse:
    found = get_object_or_404(LeadSource.objects.visible_to(request.user).current(), pk=lead_source_id)
    form = SourceForm(request.POST or None, instance=found)
    return kept(request, form, str(found), "sales:retire_lead_source")


@needs("sales.change_route")
@require_POST
def retire_source(request: SignedInRequest, lead_source_id: int) -> HttpResponse:
    found = get_object_or_404(LeadSource.objects.visible_to(request.user).current(), pk=lead_source_id)
    return retired(request, found)


@needs("sales.change_route")
@require_http_methods(["GET", "HEAD", "POST"])
def add_route(request: SignedInRequest) -> HttpResponse:
    place = Route.objects.visible_to(request.user).current().count() + 1
    return kept(request, RouteForm(request.POST or None, instance=Route(place=place)), _("New route"))


@needs("sales.change_route")
@require_http_methods(["GET", "HEAD", "POST"])
def route(request: SignedInRequest, route_id: int) -> HttpResponse:
    found = get_object_or_404(Route.objects.visible_to(request.user).current(), pk=route_id)
    return kept(request, RouteForm(request.POST or None, instance=found), str(found), "sales:retire_route")


@needs("sales.change_route")
@require_POST
def retire_route(request: SignedInRequest, route_id: int) -> HttpResponse:
    return retired(request, get_object_or_404(Route.objects.visible_to(request.user).current(), pk=route_id))


def retired(request: SignedInRequest, part: LeadSource | Route) -> HttpResponse:
    retire_lead_part(part, by=request.user, at=timezone.now())
    words = _("“%(name)s” is out of use. Leads that came or went by it say so for ever.") % {"name": part}
    return toast(request, redirect(BACK), words)


def kept(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        keep_lead_part(form.save(commit=False), by=request.user, at=timezone.now())
        return toast(request, redirect(BACK), _("Saved."))
    shown = {"form": form, "title": title, "drop": drop, "pk": form.instance.pk, "back": BACK}
    return render(request, "sales/part.html", shown, status=INVALID if form.errors else 200)
