"""One's calendar for other programs: the page with its address, and the calendar behind the address."""

from hashlib import sha256
from time import monotonic

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.calendars.as_calendar import as_calendar
from rapport.calendars.give_out import give_out, owner_of, switch_off
from rapport.calendars.models import Feed
from rapport.lib.buckets import Buckets
from rapport.people.access import SignedInRequest, needs, open_to_all
from rapport.ui.toast import toast

A_MINUTE, TOO_OFTEN = 20, 429
BUCKETS = Buckets()


@needs("people.change_self")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: SignedInRequest) -> HttpResponse:
    """Make or replace the address; it is shown in the answer and never again."""
    address = ""
    if request.method == "POST":
        secret = give_out(request.user, at=timezone.now())
        address = request.build_absolute_uri(reverse("calendars:given_out", args=[secret]))
    known = Feed.objects.visible_to(request.user).first()
    return render(request, "calendars/feed.html", {"feed": known, "address": address})


@needs("people.change_self")
@require_POST
def feed_off(request: SignedInRequest) -> HttpResponse:
    switch_off(request.user)
    return toast(request, redirect("calendars:feed"), _("The address opens nothing any more."))


@open_to_all
@require_safe
def given_out(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar itself; unchanged, it is not sent again."""
    user = owner_of(secret, at=timezone.now())
    if user is None:
        raise Http404
    quota = BUCKETS.take(user.pk, a_minute=A_MINUTE, now=monotonic())
    if quota.wait:
        return HttpResponse(status=TOO_OFTEN, headers={"Retry-After": str(quota.wait)})
    with translation.override(user.language):
        content = as_calendar(user, at=timezone.now())
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, "text/calendar; charset=utf-8", headers=headers)
