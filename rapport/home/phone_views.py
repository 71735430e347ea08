"""Rapport as an app on a telephone: what it is called, what it keeps without a network, and what is shared with it."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.people.access import SignedInRequest, needs, open_to_all
from rapport.profile.pick import pick

# The files that every page needs.
FILES = ("app.css", "app.js", "theme.js", "icons.svg", "inter-latin-wght-normal.woff2", "app-192.png")
LONGEST = 5_000


@open_to_all
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """What makes it installable, with what can be begun from its icon."""
    icons = [("app-192.png", "192x192", "any"), ("app-512.png", "512x512", "any")]
    icons.append(("app-maskable.png", "512x512", "maskable"))
    content = {
        "id": "/",
        "name": "Rapport",
        "short_name": "Rapport",
        "lang": get_language(),
        "start_url": reverse("home:day"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f7f5",
        "theme_color": "#0f6e6e",
        "icons": [
            {"src": static(f"ui/built/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in icons
        ],
        "shortcuts": [
            {"name": name, "url": url}
            for name, url in (
                (_("Log call"), reverse("profile:log_call")),
                (_("My day"), reverse("home:day")),
                (_("Find"), reverse("search:find")),
                (_("Notices"), reverse("notices:list")),
            )
        ],
        "share_target": {
            "action": reverse("home:share"),
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    return JsonResponse(content, content_type="application/manifest+json")


@open_to_all
@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker with the names that our files have now; never kept by the browser itself."""
    files = [url for url in map(built, FILES) if hashed(url)]
    version = hashlib.sha256(json.dumps([*files, get_language()]).encode()).hexdigest()[:16]
    kept = json.dumps({"version": f"rapport-{version}", "files": files, "offline": reverse("home:offline")})
    response = HttpResponse(
        f"self.kept = {kept}\nimportScripts({json.dumps(built('worker.js'))})\n", content_type="text/javascript"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def built(name: str) -> str:
    return static(f"ui/built/{name}")


def hashed(url: str) -> bool:
    """Whether the name says the content: other files must not be kept, or an old one would be shown for ever."""
    return url.removeprefix(settings.STATIC_URL).removeprefix("ui/built/") not in FILES


@open_to_all
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What stands there instead of a page when there is no network: the truth, and nothing of anybody."""
    return render(request, "home/offline.html")


@needs("timeline.add_interaction")
@require_safe
def share(request: SignedInRequest) -> HttpResponse:
    """With whom what was shared from another app is to be noted."""
    given = [request.GET.get(name, "").replace("\x00", "").strip() for name in ("title", "text", "url")]
    text = "\n".join(dict.fromkeys(part for part in given if part))[:LONGEST]
    words = request.GET.get("q", "").replace("\x00", "")
    shown = {"text": text, "words": words, "found": pick(words, reader=request.user)}
    return render(request, "home/share.html#found" if request.htmx else "home/share.html", shown)
