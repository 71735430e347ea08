"""Teams, legal entities and brands: for administrators."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from rapport.people.access import SignedInRequest, needs
from rapport.people.add_team import add_team
from rapport.people.forms import BrandForm, LegalEntityForm, OwnAddressesForm, TeamForm
from rapport.people.models import Brand, LegalEntity, OwnAddress, Team
from rapport.people.own import say_own
from rapport.ui.toast import toast


@needs("people.change_user")
def teams(request: SignedInRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = add_team(form.cleaned_data["name"])
        return toast(request, redirect("people:teams"), _("Team %(name)s added.") % {"name": team})
    found = Team.objects.visible_to(request.user).prefetch_related("users").order_by("name")
    shown = {"form": form, "teams": found, "tab": "teams"}
    return render(request, "people/teams.html", shown, status=422 if form.errors else 200)


@needs("people.change_user")
def team(request: SignedInRequest, team_id: int) -> HttpResponse:
    found = get_object_or_404(Team.objects.visible_to(request.user), pk=team_id)
    return changed(request, TeamForm(request.POST or None, instance=found), "people:teams", str(found))


@needs("people.change_user")
def organisation(request: SignedInRequest) -> HttpResponse:
    entities = LegalEntity.objects.visible_to(request.user).prefetch_related("brands").order_by("pk")
    addresses = OwnAddress.objects.visible_to(request.user).order_by("value")
    shown = {"entities": entities, "addresses": addresses, "tab": "organisation"}
    return render(request, "people/organisation.html", shown)


@needs("people.change_user")
def addresses(request: SignedInRequest) -> HttpResponse:
    """Which addresses and domains are ours besides those of users."""
    said = OwnAddress.objects.visible_to(request.user).order_by("value").values_list("value", flat=True)
    form = OwnAddressesForm(request.POST or None, initial={"addresses": "\n".join(said)})
    if request.method == "POST" and form.is_valid():
        say_own(form.cleaned_data["addresses"])
        return toast(request, redirect("people:organisation"), _("Saved."))
    shown = {"form": form, "back": "people:organisation", "title": _("Our own addresses")}
    return render(request, "people/part.html", shown, status=422 if form.errors else 200)


@needs("people.change_user")
def add_entity(request: SignedInRequest) -> HttpResponse:
    return changed(request, LegalEntityForm(request.POST or None), "people:organisation", _("Add a legal entity"))


@needs("people.change_user")
def entity(request: SignedInRequest, entity_id: int) -> HttpResponse:
    found = get_object_or_404(LegalEntity.objects.visible_to(request.user), pk=entity_id)
    form = LegalEntityForm(request.POST or None, instance=found)
    return changed(request, form, "people:organisation", str(found))


@needs("people.change_user")
def add_brand(request: SignedInRequest) -> HttpResponse:
    return changed(request, BrandForm(request.POST or None), "people:organisation", _("Add a brand"))


@needs("people.change_user")
def brand(request: SignedInRequest, brand_id: int) -> HttpResponse:
    found = get_object_or_404(Brand.objects.visible_to(request.user), pk=brand_id)
    return changed(request, BrandForm(request.POST or None, instance=found), "people:organisation", str(found))


def changed(request: SignedInRequest, form: "forms.ModelForm[Any]", back: str, title: str) -> HttpResponse:
    """Ask with ``form``, save and go ``back``."""
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect(back), _("Saved."))
    shown = {"form": form, "back": back, "title": title}
    return render(request, "people/part.html", shown, status=422 if form.errors else 200)
