"""Where oneself, or somebody one administers, is signed in."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.people.govern import governed
from rapport.people.sessions import seats_of, sign_out
from rapport.ui.toast import toast

DIGITS = 18


@needs("people.change_self")
@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    seats = seats_of(request.user, at=timezone.now(), current=request.session.session_key or "")
    return render(request, "people/sessions.html", {"seats": seats})


@needs("people.change_self")
@require_POST
def end(request: SignedInRequest, session_id: int) -> HttpResponse:
    """One of one's own."""
    if not sign_out(request.user, only=session_id, but=request.session.session_key or ""):
        raise Http404
    return toast(request, redirect("people:sessions"), _("Signed out there."))


@needs("people.change_self")
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    """All of one's own but this one."""
    ended = sign_out(request.user, but=request.session.session_key or "")
    return toast(request, redirect("people:sessions"), told(ended))


@needs("people.change_user")
@require_POST
def end_theirs(request: SignedInRequest, user_id: int) -> HttpResponse:
    """All of somebody whom the reader administers, or the one that is named."""
    person = governed(request, user_id)
    named = request.POST.get("session", "")
    if named and not (named.isascii() and named.isdecimal() and len(named) <= DIGITS):
        raise Http404
    ended = sign_out(person, only=int(named) if named else None)
    return toast(request, redirect("people:user", person.pk), told(ended))


def told(ended: int) -> str:
    return ngettext("Signed out in %(count)s place.", "Signed out in %(count)s places.", ended) % {"count": ended}
