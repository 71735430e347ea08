"""The organisation as a picture and a list, and where its units and positions are kept."""

from typing import Any

from django import forms
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.people.chart import chart
from rapport.people.unit import Position, Unit
from rapport.people.unit_forms import PositionForm, UnitForm
from rapport.ui.toast import toast

INVALID = 422


@needs("people.view_colleague")
@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """Who works where; for everybody who works here."""
    shown = {"chart": chart(reader=request.user), "may_change": request.user.allows("people.change_user")}
    return render(request, "people/chart.html", {**shown, "tab": "chart"})


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def add_unit(request: SignedInRequest) -> HttpResponse:
    return kept(request, UnitForm(request.POST or None, initial={"parent": request.GET.get("in")}), _("New unit"))


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: SignedInRequest, unit_id: int) -> HttpResponse:
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_id)
    return kept(request, UnitForm(request.POST or None, instance=found), str(found), drop="people:drop_unit")


@needs("people.change_user")
@require_POST
def drop_unit(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Only an empty one: what is in it has to go somewhere first."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=unit_id)
    try:
        found.delete()
    except ProtectedError:
        text = _("There are units, teams or positions in it. Move them first.")
        return toast(request, redirect("people:unit", unit_id), text)
    return toast(request, redirect("people:chart"), _("%(name)s dropped.") % {"name": found})


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def add_position(request: SignedInRequest) -> HttpResponse:
    form = PositionForm(request.POST or None, initial={"unit": request.GET.get("in")})
    return kept(request, form, _("New position"))


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def position(request: SignedInRequest, position_id: int) -> HttpResponse:
    found = get_object_or_404(Position.objects.visible_to(request.user).select_related("unit"), pk=position_id)
    form = PositionForm(request.POST or None, instance=found)
    return kept(request, form, str(found), drop="people:drop_position")


@needs("people.change_user")
@require_POST
def drop_position(request: SignedInRequest, position_id: int) -> HttpResponse:
    found = get_object_or_404(Position.objects.visible_to(request.user).select_related("unit"), pk=position_id)
    found.delete()
    return toast(request, redirect("people:chart"), _("%(name)s dropped.") % {"name": found})


def kept(request: SignedInRequest, form: "forms.ModelForm[Any]", title: str, drop: str = "") -> HttpResponse:
    """Ask with ``form`` and save; ``drop`` names the address that drops what is changed."""
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect("people:chart"), _("Saved."))
    shown = {"form": form, "back": "people:chart", "title": title, "drop": drop, "pk": form.instance.pk}
    return render(request, "people/part.html", shown, status=INVALID if form.errors else None)
