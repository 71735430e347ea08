"""What the public reaches: a form, its thanks, the script of our sites, and what browsers that agreed send."""

import hashlib
import re
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic_core import from_json

from rapport.people.access import open_to_all
from rapport.ui.callers import is_too_often, surroundings
from rapport.web.ask import CONSENT, TOKEN, TRAP, VISITOR, PublicForm, is_trapped, new_token, shown
from rapport.web.browsers import forget
from rapport.web.find import active_form, tracked_site
from rapport.web.keep import keep_seen
from rapport.web.models import WebForm
from rapport.web.submit import Sent, submit

LARGEST, LARGEST_BEACON = 64 * 1024, 8 * 1024
A_MINUTE_OF_ONE, BEACONS_A_MINUTE = 20, 120
VISITOR_ID = re.compile(r"[a-z0-9]{16,40}")
BOTS = re.compile(r"bot|crawl|spider|slurp|headless(?!chrome)|preview|monitor|curl|wget|python", re.IGNORECASE)
SCRIPT = settings.BASE / "ui/static/ui/built/tracker.js"


@open_to_all
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, form_key: str) -> HttpResponse:
    """The form as a page of its own; what a page of ours sends without a token is shown here to be sent."""
    found = active_form(form_key)
    if found is None:
        raise Http404
    with translation.override(found.language):
        if request.method != "POST":
            return page(request, found, PublicForm(None, found))
        if not is_from_us(request, found):
            return refused(request, 400)
        if len(request.body) > LARGEST:
            return refused(request, 413)
        if is_too_often(request, found.key, A_MINUTE_OF_ONE):
            return refused(request, 429)
        return sent(request, found)


def sent(request: HttpRequest, found: WebForm) -> HttpResponse:
    asked, showing = PublicForm(request.POST, found), shown(found, request.POST.get(TOKEN, ""))
    if not asked.is_valid():
        return page(request, found, asked, status=422)
    if not showing or asked.is_of_other_words:
        return page(request, found, asked, again=True)
    said, visitor = asked.cleaned_data, request.POST.get(VISITOR, "")
    submit(
        found,
        Sent(
            nonce=showing.nonce,
            name=said.get("name", ""),
            email=said.get("email", ""),
            phone=said.get("phone", ""),
            lines=tuple(asked.lines()),
            values=asked.values(),
            consented=bool(said.get(CONSENT)),
            visitor=visitor if VISITOR_ID.fullmatch(visitor) and found.site.tracking else "",
            ticked=tuple(asked.ticked()),
            page=request.headers.get("Referer", "").partition("?")[0][:300],
            network=surroundings(request),
            spam="The field that only machines see was filled in." if is_trapped(request.POST) else "",
        ),
        at=timezone.now(),
    )
    if found.onward:
        return redirect(found.onward)
    return framed(render(request, "web/thanks.html", {"form": found}), found)


def is_from_us(request: HttpRequest, found: WebForm) -> bool:
    """Browsers say where a form was; those that keep it to themselves are not turned away."""
    origin = request.headers.get("Origin", "null")
    ours = f"{request.scheme}://{request.get_host()}"
    return origin in {"null", ours, settings.PUBLIC_URL, *found.site.origins}


def page(
    request: HttpRequest, found: WebForm, asked: PublicForm, *, status: int = 200, again: bool = False
) -> HttpResponse:
    given = {"form": found, "asked": asked, "token": new_token(found), "trap": TRAP, "again": again}
    given["visitor"] = request.POST.get(VISITOR, "")[:40]
    return framed(render(request, "web/form.html", given, status=status), found)


def framed(response: HttpResponse, found: WebForm) -> HttpResponse:
    """The address after sending is one of our sites: the policy must let the form lead there."""
    leads = " ".join(["'self'", *found.site.origins])
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action {leads}"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "web/refused.html", {"status": status}, status=status)


@open_to_all
@require_safe
def token(request: HttpRequest, form_key: str) -> HttpResponse:
    """A fresh token, for a page of ours that carries the form in itself."""
    found = active_form(form_key)
    if found is None:
        raise Http404
    response = JsonResponse({"token": new_token(found)}, headers={"Cache-Control": "no-store"})
    return shared(request, response, found.site.origins)


@open_to_all
@csrf_exempt
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """What a browser that agreed looked at; answered before anything is made of it."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > LARGEST_BEACON:
        return HttpResponse(status=413)
    try:
        said = from_json(request.body[:LARGEST_BEACON], allow_inf_nan=False)
    except ValueError:
        return HttpResponse(status=400)
    if not isinstance(said, dict) or not VISITOR_ID.fullmatch(str(said.get("v", ""))):
        return HttpResponse(status=400)
    site = tracked_site(str(said.get("s", "")))
    if site is None or request.headers.get("Origin", "") not in site.origins:
        return HttpResponse(status=400)
    if is_too_often(request, site.key, BEACONS_A_MINUTE):
        return HttpResponse(status=429)
    if said.get("forget"):
        forget(site, str(said["v"]))
    elif not wants_none(request):
        keep_seen(site, str(said["v"]), said.get("e"), at=timezone.now())
    return shared(request, HttpResponse(status=204), site.origins)


def wants_none(request: HttpRequest) -> bool:
    """Machines, and people whose browser says that they do not want to be followed."""
    headers = request.headers
    unwilling = headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1"
    return unwilling or bool(BOTS.search(headers.get("User-Agent", "bot")))


def shared(request: HttpRequest, response: HttpResponse, origins: list[str]) -> HttpResponse:
    """Readable by exactly the origins of the site."""
    patch_vary_headers(response, ["Origin"])
    if (origin := request.headers.get("Origin", "")) in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


@open_to_all
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script of our sites; its address holds its version, so what it does never changes under a page."""
    body, tag = built(SCRIPT.stat().st_mtime_ns)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, "text/javascript; charset=utf-8", headers=headers)


@cache
def built(_changed: int) -> tuple[bytes, str]:
    body = SCRIPT.read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:20]}"'
