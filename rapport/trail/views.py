"""The trail in the browser: filtered, paged and handed out, and the check of the chain."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.audit.check import ask
from rapport.audit.models import Check
from rapport.people.access import SignedInRequest, needs
from rapport.trail.choices import kinds, people, rooms
from rapport.trail.export import FORMS, handed_out
from rapport.trail.tell import tell
from rapport.trail.wanted import BY_AGE, BY_ITSELF, Wanted, look
from rapport.ui.keyset import Cursor
from rapport.ui.toast import toast

SIZE = 50


@needs("audit.view_trail")
@require_safe
def trail(request: SignedInRequest) -> HttpResponse:
    wanted = Wanted.of(request.GET.dict())
    found = look(wanted, request.user, Cursor.of(request.GET, BY_AGE), SIZE)
    shown = {
        "lines": tell(found.entries, reader=request.user),
        "older": Cursor(found.entries[-1].at, found.entries[-1].pk).text if found.more else "",
        "paged": "after" in request.GET,
        "wanted": wanted,
        "people": people(request.user),
        "by_itself": BY_ITSELF,
        "kinds": kinds(),
        "rooms": rooms(),
        "check": newest_check(request),
    }
    return render(request, "trail/trail.html", shown)


def newest_check(request: SignedInRequest) -> Check | None:
    return Check.objects.visible_to(request.user).select_related("by").order_by("-pk").first()


@needs("audit.view_trail")
@require_safe
def check(request: SignedInRequest) -> HttpResponse:
    """How the newest check stands: the page asks again while it runs."""
    return render(request, "trail/check.html", {"check": newest_check(request)})


@needs("audit.view_trail")
@require_POST
def ask_check(request: SignedInRequest) -> HttpResponse:
    ask(by=request.user, at=timezone.now())
    return toast(request, redirect("trail:trail"), _("The whole trail is being checked."))


@needs("audit.view_trail")
@require_safe
def export(request: SignedInRequest, form: str) -> HttpResponse:
    """All that the filter finds, as it is written."""
    if form not in FORMS:
        raise Http404
    wanted = Wanted.of(request.GET.dict())
    return handed_out(form, wanted, reader=request.user, at=timezone.now())  # type: ignore[return-value]
