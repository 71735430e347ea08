"""The pages of customers: the list and what it hands out."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from rapport.customers.listing import customers_of
from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs, scopes_of
from rapport.people.models import User
from rapport.people.roles import Role
from rapport.ui.export import FORMS, export


def scopes_to_merge(user: User) -> list[int] | None:
    """The scopes that a list of this user's is merged from; None for somebody who sees all."""
    return None if user.role == Role.ADMINISTRATOR else scopes_of(user)


@needs("customers.view_customer")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    rows = Customer.objects.visible_to(request.user).living()
    shown = customers_of(request.user).show(request, rows, scopes_to_merge(request.user))
    allowed = request.user.allows("customers.export_customer")
    path = reverse("customers:export", args=["x"])[:-1] if allowed else ""
    page = "customers/list.html#list" if request.htmx.target == "list" else "customers/list.html"
    may_add = request.user.allows("customers.add_customer")
    response = render(request, page, {"list": shown, "export": path, "may_add": may_add})
    patch_vary_headers(response, ["HX-Request"])
    return response


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    if form not in FORMS:
        raise Http404
    rows = Customer.objects.visible_to(request.user).living()
    listing = customers_of(request.user)
    asked = listing.remembered(request)
    lines = listing.walk(asked, rows, scopes_to_merge(request.user))
    header = [str(column.label) for column in asked.columns]
    return export(form, "customers", header, lines, zone=timezone.get_current_timezone())  # type: ignore[return-value]
