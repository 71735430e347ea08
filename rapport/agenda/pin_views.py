"""Pins in the browser: a customer, or the page one is on with its filters."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from rapport.agenda.models import Pin
from rapport.agenda.pin import FullError, is_pinned, pin, pins_on, unpin
from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs
from rapport.ui.origin import is_from
from rapport.ui.toast import toast

CHANGED = "pins:changed"


@needs("agenda.keep_pin")
@require_POST
def pin_customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Pin a customer, or let go of it when it is pinned."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    said = _("Pinned: %(name)s.")
    if is_pinned(customer, by=request.user):
        pins_on(customer, request.user).delete()
        said = _("No longer pinned: %(name)s.")
    else:
        try:
            pin(request.user, customer=customer, at=timezone.now())
        except FullError:
            said = full()
    response: HttpResponse = redirect("customer", customer.pk)
    if is_from(request, reverse("customer", args=[customer.pk])):
        pinned = is_pinned(customer, by=request.user)
        response = render(request, "agenda/pin.html", {"customer": customer, "pinned": pinned, "piece": True})
    elif request.htmx:
        response = trigger_client_event(HttpResponse(status=204), CHANGED)
    return toast(request, response, said % {"name": customer.name})


@needs("agenda.keep_pin")
@require_POST
def pin_page(request: SignedInRequest) -> HttpResponse:
    """Pin a page of ours with its filters, under the title that it has."""
    path, title = request.POST.get("path", "")[:1000], request.POST.get("title", "").replace("\x00", "")[:200].strip()
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, None) and "\x00" not in path
    response = HttpResponse(status=204) if request.htmx else redirect("/")
    if not ours or not title:
        return toast(request, response, _("Only a page of Rapport can be pinned."))
    try:
        pin(request.user, path=path, title=title, at=timezone.now())
    except FullError:
        return toast(request, response, full())
    return toast(request, trigger_client_event(response, CHANGED), _("Pinned: %(name)s.") % {"name": title})


def full() -> str:
    return _("You have %(most)d pins, and that is the most. Let go of one first.") % {"most": Pin.MOST}


@needs("agenda.keep_pin")
@require_POST
def drop_pin(request: SignedInRequest, pin_id: int) -> HttpResponse:
    kept = get_object_or_404(
        Pin.objects.visible_to(request.user).at_hand().select_related("member__customer", "user"), pk=pin_id
    )
    unpin(kept)
    if not request.htmx:
        return redirect("/")
    return trigger_client_event(HttpResponse(status=204), CHANGED)
