"""Moving in from another CRM in the browser: drop the files, look at all of it on one page, try it, do it, take it back."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.imports.models import State
from rapport.imports.propose import ImportRefusedError
from rapport.imports.rows import BYTE_ORDER_MARK, Line, safe
from rapport.migration import draft as drafts
from rapport.migration import run as running
from rapport.migration.forms import DropForm, follow, troubles_of
from rapport.migration.models import Migration
from rapport.migration.pages import draft_page, state_page
from rapport.migration.rehearse import few, rehearse_migration
from rapport.migration.report import report_rows
from rapport.migration.steps import lay_out, rehearse_later
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

LISTED = 50


@needs("migration.view_migration")
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    found_ = Migration.objects.visible_to(request.user).newest_first().prefetch_related("files")[:LISTED]
    return render(request, "migration/list.html", {"migrations": found_})


@needs("migration.run_migration")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = DropForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        zone = request.user.time_zone or timezone.get_default_timezone_name()
        try:
            made = drafts.draft(form.uploads, by=request.user, at=timezone.now(), zone=zone)
        except ImportRefusedError as problem:
            form.add_error("exports", str(problem))
        else:
            return redirect("migration:one", made.pk)
    return render(request, "migration/new.html", {"form": form}, status=422 if form.errors else 200)


@needs("migration.view_migration")
@require_safe
def show(request: SignedInRequest, migration_id: int) -> HttpResponse:
    mine = found(request, migration_id)
    if mine.state == State.DRAFT:
        return render(request, "migration/draft.html", {"page": draft_page(mine)})
    return render(request, "migration/state.html", state_page(mine))


@needs("migration.run_migration")
@require_POST
def mapping(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Follow what was changed on the page."""
    mine = found(request, migration_id, State.DRAFT)
    followed(request, mine)
    return render(request, "migration/draft.html#plan", {"page": draft_page(mine)})


@needs("migration.run_migration")
@require_POST
def rehearsal(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Try all of it: at once when it is short, in the background when it is long."""
    mine = found(request, migration_id, State.DRAFT)
    followed(request, mine)
    if troubles_of(mine):
        return render(request, "migration/draft.html", {"page": draft_page(mine)}, status=422)
    lay_out(mine)
    short = few(list(mine.steps.select_related("run")), most=5_000)
    rehearse_later(mine, by=request.user, at=timezone.now(), defer=not short)
    if short:
        rehearse_migration(mine, at=timezone.now())
    return redirect("migration:one", mine.pk)


@needs("migration.run_migration")
@require_POST
def start(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """Begin, or go on with one that was stopped, broke off or has not got on for a while."""
    mine = found(request, migration_id, State.DRAFT, State.STOPPED, State.BROKEN, State.RUNNING, State.REVERTING)
    at = timezone.now()
    if mine.state == State.DRAFT:
        followed(request, mine)
        if troubles_of(mine):
            return render(request, "migration/draft.html", {"page": draft_page(mine)}, status=422)
    if mine.state == State.REVERTING:
        running.go_on_taking_back(mine, by=request.user, at=at)
    else:
        running.begin(mine, by=request.user, at=at, defer=True)
    return redirect("migration:one", mine.pk)


@needs("migration.run_migration")
@require_POST
def stop(request: SignedInRequest, migration_id: int) -> HttpResponse:
    mine = found(request, migration_id)
    running.stop(mine, at=timezone.now())
    return redirect("migration:one", mine.pk)


@needs("migration.view_migration")
@require_safe
def progress(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """The state, asked for again and again while it moves; the page anew when a rehearsal is over."""
    mine = found(request, migration_id)
    if mine.state == State.DRAFT:
        response = HttpResponse()
        response.headers["HX-Redirect"] = reverse("migration:one", args=[mine.pk])
        return response
    return render(request, "migration/state.html#state", state_page(mine))


@needs("migration.view_migration")
@require_safe
def report(request: SignedInRequest, migration_id: int) -> HttpResponse:
    """The one report of all files, as a file."""
    mine = found(request, migration_id)
    response = StreamingHttpResponse(as_file(report_rows(mine)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="migration-{mine.pk}.csv"'
    return response  # type: ignore[return-value]


def as_file(rows: Iterator[list[str]]) -> Iterator[str]:
    line = Line()
    writer = csv.writer(line)
    yield BYTE_ORDER_MARK
    for row in rows:
        writer.writerow(map(safe, row))
        yield line.text


@needs("migration.run_migration")
@require_POST
def take_back(request: SignedInRequest, migration_id: int) -> HttpResponse:
    mine = found(request, migration_id)
    answer = redirect("migration:one", mine.pk)
    if running.start_taking_back(mine, by=request.user, at=timezone.now(), defer=True):
        return answer
    return toast(request, answer, _("There is nothing to take back, or it is being taken back already."))


@needs("migration.run_migration")
@require_POST
def discard(request: SignedInRequest, migration_id: int) -> HttpResponse:
    drafts.discard(found(request, migration_id, State.DRAFT))
    return toast(request, redirect("migration:list"), _("The draft is gone."))


def found(request: SignedInRequest, migration_id: int, *states: State) -> Migration:
    all_ = Migration.objects.visible_to(request.user).select_related("by")
    return get_object_or_404(all_.filter(state__in=states) if states else all_, pk=migration_id)


def followed(request: SignedInRequest, mine: Migration) -> None:
    said = request.POST.copy()
    said["changed"] = request.headers.get("HX-Trigger-Name", "")
    zone = request.user.time_zone or timezone.get_default_timezone_name()
    for trouble in follow(mine, said, zone=zone):
        messages.error(request, trouble)
