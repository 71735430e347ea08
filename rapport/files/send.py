"""Send a file as a download that no browser runs; whoever calls has made sure that the reader may have it."""

from django.http import FileResponse, HttpResponse

from rapport.files.models import File

# What a browser may be told by its own name; all else is bytes.
HARMLESS = frozenset({"application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp"})
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def send(file: File, name: str) -> HttpResponse:
    """``file`` under the name that it has in its record."""
    media_type = file.media_type if file.media_type in HARMLESS else "application/octet-stream"
    # Closed by the response.
    response = FileResponse(file.path.open("rb"), as_attachment=True, filename=name, content_type=media_type)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
