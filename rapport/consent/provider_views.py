"""Where a mail provider reports what became of letters."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rapport.channels.mail.provider_news import LARGEST, NewsError, reports_of
from rapport.consent.hear_provider import hear_provider
from rapport.people.access import open_to_all
from rapport.ui.callers import is_too_often

A_MINUTE = 60
REFUSED, NOBODY, LARGE, OFTEN, LATER = 400, 410, 413, 429, 503


@open_to_all
@never_cache
@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def news(request: HttpRequest) -> HttpResponse:
    """The provider shows that it is the provider by the secret of the settings, and by its signature where it signs."""
    if not settings.MAIL_PROVIDER:
        return HttpResponse(status=NOBODY)
    if request.method == "HEAD":
        return HttpResponse()
    length = request.headers.get("Content-Length") or "0"
    if not length.isascii() or not length.isdigit():
        return HttpResponse(status=REFUSED)
    if int(length[:20]) > LARGEST:
        return HttpResponse(status=LARGE)
    try:
        reports = reports_of(request)
    except NewsError:
        often = is_too_often(request, "mail provider", A_MINUTE)
        return HttpResponse(status=OFTEN if often else REFUSED)
    return HttpResponse(status=200 if hear_provider(reports, at=timezone.now()) else LATER)
