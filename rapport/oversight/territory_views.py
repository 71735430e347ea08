"""Which territories there are, what lies in them, and who looks after them."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.customers.models import Customer
from rapport.oversight.map_out import TerritoryError, drop_territory, keep_territory, latest_placing
from rapport.oversight.territory_forms import TerritoryForm
from rapport.people.access import SignedInRequest, get_to_know, needs
from rapport.people.models import User
from rapport.people.territory import Territory
from rapport.ui.toast import toast


@needs("people.change_user")
@require_safe
def territories(request: SignedInRequest) -> HttpResponse:
    found = list(Territory.objects.visible_to(request.user).current().prefetch_related("members"))
    living = Customer.objects.visible_to(request.user).living().exclude(scope__territory=None)
    numbers = dict(living.order_by().values_list("scope__territory").annotate(Count("pk")))
    people = [person for one in found for person in one.members.all()]
    get_to_know(people)
    blind = {person.pk for person in people if not (person.sees_all or person.sees_by_territory)}
    lines = [(one, numbers.get(one.pk, 0), one.members.all()) for one in found]
    shown = {"lines": lines, "blind": blind, "placing": latest_placing(), "tab": "territories"}
    return render(request, "oversight/territories.html", shown)


@needs("people.change_user")
@require_safe
def placing(request: SignedInRequest) -> HttpResponse:
    """How far it has come, asked again by the page."""
    return render(request, "oversight/territories.html#placing", {"placing": latest_placing()})


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def add_territory(request: SignedInRequest) -> HttpResponse:
    return kept(request, Territory(place=Territory.objects.visible_to(request.user).current().count() + 1))


@needs("people.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def territory(request: SignedInRequest, territory_id: int) -> HttpResponse:
    return kept(request, current(request.user, territory_id))


@needs("people.change_user")
@require_POST
def drop(request: SignedInRequest, territory_id: int) -> HttpResponse:
    found = current(request.user, territory_id)
    drop_territory(found, by=request.user, at=timezone.now())
    return toast(request, redirect("oversight:territories"), _("%(name)s dropped.") % {"name": found})


def current(user: User, territory_id: int) -> Territory:
    return get_object_or_404(Territory.objects.visible_to(user).current(), pk=territory_id)


def kept(request: SignedInRequest, found: Territory) -> HttpResponse:
    title = str(found) if found.pk else _("New territory")
    form = TerritoryForm(request.POST or None, territory=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = keep_territory(form.kept(), form.cleaned_data["members"], by=request.user, at=timezone.now())
        except TerritoryError as problem:
            form.refuse(problem)
        else:
            words = _("Saved. All customers are being put where they belong.") if changed else _("Saved.")
            return toast(request, redirect("oversight:territories"), words)
    shown = {"form": form, "title": title, "back": "oversight:territories", "pk": found.pk}
    if found.pk:
        shown["drop"] = "oversight:drop_territory"
    return render(request, "people/part.html", shown, status=422 if form.errors else 200)
