"""Where pages leave and find what is being written."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rapport.drafts.keep_draft import LONGEST, drafts_of, keep_draft
from rapport.people.access import SignedInRequest, needs

MOST_KEYS, LONGEST_KEY = 50, 200


@needs("people.change_self")
@require_http_methods(["GET", "HEAD", "POST"])
def drafts(request: SignedInRequest) -> HttpResponse:
    """GET: what is kept under each ?key. POST: keep `text` under `key`; an empty text lets it go."""
    if request.method != "POST":
        found = drafts_of(request.user, request.GET.getlist("key")[:MOST_KEYS])
        told = {key: {"text": text, "at": int(at.timestamp() * 1_000)} for key, (text, at) in found.items()}
        return JsonResponse(told, headers={"Cache-Control": "no-store"})
    key, text = request.POST.get("key", ""), request.POST.get("text", "")
    if not key or len(key) > LONGEST_KEY or "\x00" in key + text:
        return HttpResponse(status=422)
    if len(text) > LONGEST:
        return HttpResponse(status=413)
    keep_draft(request.user, key, text, at=timezone.now())
    return HttpResponse(status=204)
