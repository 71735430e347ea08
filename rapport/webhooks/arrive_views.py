"""The one door through which web requests of other systems come in."""

from time import monotonic

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rapport.lib.buckets import Buckets
from rapport.people.access import open_to_all
from rapport.webhooks.declare import behind
from rapport.webhooks.keep import keep, keep_refused
from rapport.webhooks.models import Signed
from rapport.webhooks.verify import Verdict, verify

LARGEST = 256 * 1024
A_MINUTE, REFUSED_A_MINUTE = 1_200, 60
BUCKETS, REFUSALS = Buckets(), Buckets()


@open_to_all
@csrf_exempt
@require_POST
def arrive(request: HttpRequest, key: str) -> HttpResponse:
    """202 and an id as soon as it is kept; what it becomes is told on the page of its source."""
    source = behind(key)
    if source is None:
        return JsonResponse({"error": "There is nothing here."}, status=404)
    if (wait := BUCKETS.take(source.pk, a_minute=A_MINUTE, now=monotonic()).wait) > 0:
        return JsonResponse({"error": "Too many requests."}, status=429, headers={"Retry-After": str(wait)})
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST:
        return JsonResponse({"error": f"Larger than {LARGEST} bytes."}, status=413)
    body, now = request.body, timezone.now()
    if len(body) > LARGEST:
        return JsonResponse({"error": f"Larger than {LARGEST} bytes."}, status=413)
    verdict = verify(source, request.headers, body, at=now)
    if verdict is not Verdict.GOOD:
        if not REFUSALS.take(source.pk, a_minute=REFUSED_A_MINUTE, now=monotonic()).wait:
            keep_refused(source, body, why=verdict.value, at=now)
        return JsonResponse({"error": verdict.value}, status=400)
    sent_id = request.headers.get("webhook-id", "") if source.signed == Signed.STANDARD else ""
    arrival = keep(source, body, sent_id=sent_id, at=now)
    return JsonResponse({"id": arrival.pk, "state": arrival.state}, status=202)
