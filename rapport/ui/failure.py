"""What a reader is told when a page failed: that the disk is full, that the database is away, or that it was our fault."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from rapport.lib.disk import is_full

RETRY_SECONDS = "5"


def failed(_request: HttpRequest) -> HttpResponse:
    """503 for what passes, 500 for what is ours to mend. Asks the database for nothing."""
    error = sys.exc_info()[1]
    full = is_full(error)
    away = isinstance(error, OperationalError | InterfaceError)
    page = render_to_string("500.html", {"full": full, "away": away})
    if full or away:
        return HttpResponse(page, status=503, headers={"Retry-After": RETRY_SECONDS})
    return HttpResponse(page, status=500)
