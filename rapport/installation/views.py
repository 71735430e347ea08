"""What is asked about the installation from outside."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rapport.installation.health import look


@never_cache
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """200 when web server, database and worker are well, else 503 with the reason."""
    found = look()
    parts = {"web": "ok", "database": found.database or "ok", "worker": found.worker or "ok"}
    if found.database:
        parts["worker"] = "unknown"
    return JsonResponse({"status": "ok" if found.is_well else "unwell", **parts}, status=200 if found.is_well else 503)


# What people/access.py says with @open_to_all; people lie downstream of the installation.
health.needs = "open to all"  # type: ignore[attr-defined]
