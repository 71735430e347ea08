"""Where people declare links by which others book a time with them, and see who did."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.bookings.declare import declare
from rapport.bookings.forms import LinkForm
from rapport.bookings.links import address_of
from rapport.bookings.listed import bookings_of, links_of
from rapport.bookings.models import BookingLink
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422


@needs("calendars.change_meeting")
@require_safe
def links(request: SignedInRequest) -> HttpResponse:
    return render(request, "bookings/links.html", {"lines": links_of(request.user, at=timezone.now())})


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        link = declare(form, by=request.user, at=timezone.now())
        return toast(request, redirect("bookings:link", link.pk), _("Ready: copy the address and give it out."))
    return render(request, "bookings/edit.html", {"form": form}, status=INVALID if form.errors else 200)


@needs("calendars.change_meeting")
@require_safe
def link(request: SignedInRequest, booking_link_id: int) -> HttpResponse:
    found = get_object_or_404(BookingLink.objects.visible_to(request.user).select_related("user"), pk=booking_link_id)
    shown = {"link": found, "address": address_of(found), "bookings": bookings_of(found, at=timezone.now())}
    return render(request, "bookings/link.html", shown)


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, booking_link_id: int) -> HttpResponse:
    found = get_object_or_404(BookingLink.objects.visible_to(request.user), pk=booking_link_id)
    form = LinkForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        declare(form, by=request.user, at=timezone.now())
        return toast(request, redirect("bookings:link", found.pk), _("Saved."))
    shown = {"form": form, "link": found}
    return render(request, "bookings/edit.html", shown, status=INVALID if form.errors else 200)
