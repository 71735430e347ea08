"""Tell browsers that a page runs only our own scripts and styles, and none that are written into the page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def openid_origins() -> list[str]:
    """Where a sign-in form may lead: the OpenID Connect servers of this installation."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    addresses = [urlsplit(app.get("settings", {}).get("server_url", "")) for app in apps]
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses if address.netloc})


class PolicyMiddleware:
    """Sets ``Content-Security-Policy`` unless the view has set its own."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer
        self.policy = "; ".join(
            (
                "default-src 'self'",
                "img-src 'self' data:",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                " ".join(("form-action 'self'", *openid_origins())),
            )
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
