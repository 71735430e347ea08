"""Bulk changes in the browser: prepare, look, start, follow, stop, take back, fetch what was refused."""

import csv
from collections.abc import Iterator

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.bulk import start as starting
from rapport.bulk.action import Action, Records
from rapport.bulk.export import place_of
from rapport.bulk.models import BulkRun, State
from rapport.bulk.preview import preview
from rapport.bulk.records import RECORDS
from rapport.bulk.start import BulkError, Selection
from rapport.bulk.take_back import READY, action_of, start_taking_back
from rapport.bulk.told import told
from rapport.lib.ids import LARGEST
from rapport.people.access import SignedInRequest, needs
from rapport.ui.export import FORMS, harmless
from rapport.ui.toast import toast

INVALID, MOST_IDS, SHOWN = 422, 5_000, 50
BYTE_ORDER_MARK = "\ufeff"


@needs("bulk.run_bulk")
@require_POST
def prepare(request: SignedInRequest, records_name: str) -> HttpResponse:
    """What shall be done to whom; a look at it; and off it goes."""
    records = RECORDS.get(records_name)
    if records is None:
        raise Http404
    action = records.action(request.POST.get("action", ""), request.user)
    if action is None:
        return toast(request, redirect(records.kept.address), _("Choose what shall be done."))
    selection, step = selected(request), request.POST.get("step", "")
    form = action.form(request.user, request.POST if step else None)
    asks = bool(form.visible_fields())
    said = action.read(form) if step in {"look", "start"} and form.is_valid() else {} if not asks else None
    if step == "start" and said is not None:
        try:
            run = starting.start(records, action, selection, said, by=request.user, at=timezone.now())
        except BulkError as problem:
            return toast(request, redirect(records.kept.address), REFUSALS[problem.code]())
        return redirect("bulk:run", run.pk)
    seen = preview(records, action, selection, said, user=request.user)
    shown = {
        "records": records,
        "action": action,
        "form": form,
        "asks": asks,
        "selection": selection,
        "ids": selection.ids,
        "preview": seen,
        "ready": said is not None and seen.total and not seen.too_many,
        "words": action.words(said) if said else "",
        "back": back(records, selection),
    }
    invalid = step in {"look", "start"} and form.errors
    return render(request, "bulk/prepare.html", shown, status=INVALID if invalid else 200)


REFUSALS = {
    "nothing chosen": lambda: _("Nothing is chosen, or nothing of it is there any more."),
    "too many": lambda: _("These are too many for that. Choose fewer."),
}


def selected(request: SignedInRequest) -> Selection:
    """The rows that were ticked, or all that the list shows."""
    given = request.POST
    ids = [int(one) for one in given.getlist("ids")[:MOST_IDS] if one.isascii() and one.isdigit()]
    query = given.get("query", "")[:8_000]
    return Selection(tuple(pk for pk in ids if pk <= LARGEST), query, whole=given.get("whole") == "yes")


def back(records: Records, selection: Selection) -> str:
    address = records.kept.address
    return f"{address}{selection.query}" if selection.query.startswith("?") else address


@needs("bulk.run_bulk")
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """The newest runs that one may see."""
    runs = BulkRun.objects.visible_to(request.user).select_related("by").order_by("-created_at", "-pk")[:SHOWN]
    return render(request, "bulk/history.html", {"runs": [told(one) for one in runs]})


def found(request: SignedInRequest, bulk_id: int) -> BulkRun:
    return get_object_or_404(BulkRun.objects.visible_to(request.user).select_related("by"), pk=bulk_id)


@needs("bulk.run_bulk")
@require_safe
def run(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    return render(request, "bulk/run.html", state(found(request, bulk_id)))


@needs("bulk.run_bulk")
@require_safe
def progress(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    return render(request, "bulk/run.html#state", state(found(request, bulk_id)))


def state(one: BulkRun) -> dict[str, object]:
    action: Action = action_of(one)
    whole = action.file and one.state == State.DONE and place_of(one).is_file()
    return {
        "run": one,
        "told": told(one),
        "action": action,
        "undoable": action.undo is not None and one.state in READY and one.cursor > 0,
        "file": whole,
        "refusals": list(one.refusals.order_by("pk")[:SHOWN]),
        "stalled": one.busy and (timezone.now() - one.moved_at).total_seconds() > 60,  # noqa: PLR2004 - a minute
    }


@needs("bulk.run_bulk")
@require_POST
def stop(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    starting.stop(found(request, bulk_id), at=timezone.now())
    return redirect("bulk:run", bulk_id)


@needs("bulk.run_bulk")
@require_POST
def resume(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    starting.go_on(found(request, bulk_id), by=request.user, at=timezone.now())
    return redirect("bulk:run", bulk_id)


@needs("bulk.run_bulk")
@require_POST
def undo(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    """Take the whole run back."""
    one = found(request, bulk_id)
    answer = redirect("bulk:run", one.pk)
    if start_taking_back(one, by=request.user, at=timezone.now()):
        return answer
    return toast(request, answer, _("There is nothing to take back, or it is being taken back already."))


@needs("bulk.run_bulk")
@require_safe
def refusals(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    """What stayed as it was, and why, as a file."""
    one = found(request, bulk_id)
    rows = one.refusals.order_by("pk").values_list("subject", "reason")
    response = StreamingHttpResponse(written(rows.iterator(chunk_size=2_000)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="bulk-{one.pk}-refused.csv"'
    return response  # type: ignore[return-value]


class Line:
    """What a CSV writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def written(rows: Iterator[tuple[int, str]]) -> Iterator[str]:
    line = Line()
    writer = csv.writer(line)
    writer.writerow([_("Number"), _("Reason")])
    yield BYTE_ORDER_MARK + line.text
    for subject, reason in rows:
        writer.writerow([subject, harmless(reason)])
        yield line.text


@needs("customers.export_customer")
@require_safe
def file(request: SignedInRequest, bulk_id: int) -> HttpResponse:
    """The file that an export made, for whoever made it."""
    one = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=bulk_id, by=request.user, action="export")
    place = place_of(one)
    if not place.is_file():
        raise Http404
    form = one.said["form"]
    name = f"{one.records}-{one.pk}.{form}"
    return FileResponse(place.open("rb"), as_attachment=True, filename=name, content_type=FORMS[form])  # type: ignore[return-value]
