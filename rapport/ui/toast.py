"""Say shortly what was done, with a way to undo it."""

import json
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse


def toast(request: HttpRequest, response: HttpResponse, text: str, *, undo: str = "") -> HttpResponse:
    """Show ``text`` on the page that follows ``response``; ``undo`` is the address that takes it back by POST."""
    if request.headers.get("HX-Request") and not response.has_header("HX-Redirect"):
        triggers = json.loads(response.headers.get("HX-Trigger", "{}"))
        triggers["toast"] = {"text": text, "undo": undo}
        response.headers["HX-Trigger"] = json.dumps(triggers)
    else:
        messages.success(request, text, extra_tags=quote(undo))
    return response
