"""Know from which page HTMX asks."""

from urllib.parse import urlsplit

from django.http import HttpRequest


def is_from(request: HttpRequest, path: str) -> bool:
    """Whether the page with this path is open where the request comes from."""
    return urlsplit(request.headers.get("HX-Current-URL", "")).path == path
