"""Taking an import back in the browser: what it would do, doing it, and what stayed."""

import csv
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.imports.left import described
from rapport.imports.models import ImportLeft, ImportRun
from rapport.imports.revert import SHORT, start_revert, weigh, weigh_later
from rapport.imports.rows import BYTE_ORDER_MARK, Line, safe
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("imports.run_import")
@require_POST
def consider(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Count what taking it back would do: at once for a short import, in the background for a long one."""
    run = found(request, run_id)
    at = timezone.now()
    short = run.rows <= SHORT
    if weigh_later(run, by=request.user, at=at, defer=not short) and short:
        weigh(run.pk, at=at)
    return redirect("imports:run", run.pk)


@needs("imports.run_import")
@require_POST
def take_back(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = found(request, run_id)
    answer = redirect("imports:run", run.pk)
    if start_revert(run, by=request.user, at=timezone.now(), defer=True):
        return answer
    return toast(request, answer, _("There is nothing to take back, or it is being taken back already."))


@needs("imports.view_import")
@require_safe
def left(request: SignedInRequest, run_id: int) -> HttpResponse:
    """What stayed, as a file."""
    run = found(request, run_id)
    rows = run.left.order_by("pk")
    response = StreamingHttpResponse(written(rows.iterator(chunk_size=2_000)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{run.pk}-stayed.csv"'
    return response  # type: ignore[return-value]


def written(rows: Iterator[ImportLeft]) -> Iterator[str]:
    line = Line()
    writer = csv.writer(line)
    writer.writerow([_("Rows"), _("Field"), _("Why it stays"), _("What depends on it")])
    yield BYTE_ORDER_MARK + line.text
    for row in rows:
        shown = described(row)
        writer.writerow(map(safe, [shown.rows, shown.field, str(shown.reason), str(shown.detail)]))
        yield line.text


def found(request: SignedInRequest, run_id: int) -> ImportRun:
    return get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_id)
