"""What people reach by the links in our mail, without signing in: end it, choose, confirm."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rapport.consent.choose import centre_of, choose, stop
from rapport.consent.confirm import confirm as take_confirmation
from rapport.consent.confirm import language_of, owner_of
from rapport.consent.find_linked import asked_by, purpose_by
from rapport.consent.links import Link, What, opened
from rapport.consent.ways import WAY_OF, key_of
from rapport.people.access import open_to_all
from rapport.ui.callers import is_too_often

A_MINUTE = 60
GONE, OFTEN = 410, 429


def refused(request: HttpRequest) -> HttpResponse:
    """The same for every link that does not open, whatever is wrong with it.

    Only these are counted: what opens is signed by us, and a mail program that ends it for thousands must get through.
    """
    often = is_too_often(request, "links in mail", A_MINUTE)
    return render(request, "consent/link_gone.html", {"often": often}, status=OFTEN if often else GONE)


def language(link: Link) -> str:
    way = WAY_OF[link.channel].value
    return language_of(owner_of(key_of(link.address, way) or "", way))


@open_to_all
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, link: str) -> HttpResponse:
    """End a purpose by one click (RFC 8058): mail programs POST, people confirm, so that no scanner ends it."""
    known = opened(link, What.CHOOSE)
    purpose = purpose_by(known) if known else None
    if known is None or purpose is None:
        return refused(request)
    done = request.method == "POST"
    if done:
        stop(known, purpose, at=timezone.now())
    with translation.override(language(known)):
        shown = {"link": known, "purpose": purpose, "done": done}
        return render(request, "consent/unsubscribe.html", shown)


@open_to_all
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, link: str) -> HttpResponse:
    """Which purposes may reach an address; the token is the proof, so no cookie is asked for."""
    known = opened(link, What.CHOOSE)
    if known is None:
        return refused(request)
    now, done = timezone.now(), request.method == "POST"
    if done:
        asked = {int(one) for one in request.POST.getlist("purpose") if one.isdecimal() and len(one) < 19}  # noqa: PLR2004
        centre = centre_of(known, at=now)
        choose(centre, dict.fromkeys(asked, True), no_advertising="no_advertising" in request.POST, at=now)
    with translation.override(language(known)):
        shown = {"centre": centre_of(known, at=now), "done": done}
        return render(request, "consent/preferences.html", shown)


@open_to_all
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, confirmation: str) -> HttpResponse:
    """Confirm a yes; only a click on the page counts, since programs that look for viruses follow links too."""
    link = opened(confirmation, What.CONFIRM)
    asked = asked_by(link) if link else None
    if link is None or asked is None:
        return refused(request)
    done = request.method == "POST"
    if done:
        take_confirmation(asked, at=timezone.now())
    with translation.override(language(link)):
        return render(request, "consent/confirm.html", {"link": link, "asked": asked, "done": done})
