"""Importing in the browser: the history, a new file, its mapping with a preview, progress and report."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.fields.declare import DeclareError
from rapport.imports.as_calendar import as_calendar
from rapport.imports.closed import keeps_failures_from
from rapport.imports.field_of import field_of
from rapport.imports.fields import Kind
from rapport.imports.forms import UploadForm, wishes_of
from rapport.imports.keep import keep, keep_again
from rapport.imports.models import ImportRun, State
from rapport.imports.pages import draft_page, state_page
from rapport.imports.plan import Target, read
from rapport.imports.propose import ImportRefusedError, Wishes, as_wishes
from rapport.imports.rehearse import rehearse_draft
from rapport.imports.revert import go_on_reverting
from rapport.imports.rows import failed_file
from rapport.imports.start import rehearse_later, start
from rapport.imports.unreadable import in_words
from rapport.imports.where import whereabouts
from rapport.imports.whole import whole_of
from rapport.lib.ids import number
from rapport.lib.layouts import UnreadableError
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

LISTED = 100


@needs("imports.view_import")
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    mine = ImportRun.objects.visible_to(request.user)
    runs = mine.filter(part=False).newest_first()[:LISTED]
    asked = request.GET.get("q", "").strip()[:400]
    found_ = whereabouts(asked, reader=request.user) if asked else []
    return render(
        request,
        "imports/history.html",
        {
            "runs": runs,
            "parts": mine.by_themselves().filter(part=True).exists(),
            "asked": asked,
            "found": found_,
            "may_watch": request.user.allows("imports.change_watch"),
        },
    )


@needs("imports.run_import")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Take a file in; ``like`` names an earlier import whose mapping is used again."""
    alone = ImportRun.objects.visible_to(request.user).filter(part=False)
    like = alone.filter(pk=number(request.GET.get("like", ""))).first()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        calendar = as_calendar(form, by=request.user, at=timezone.now())
        if calendar:
            return redirect("calendars:reading", calendar.pk)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        wishes = as_wishes(read(like.plan)) if like else None
        if kind and not like:
            wishes = Wishes(Kind(kind), zone=request.user.time_zone or timezone.get_default_timezone_name())
        try:
            draft = keep(form.cleaned_data["file"], wishes, by=request.user, at=timezone.now())
        except (UnreadableError, ImportRefusedError) as problem:
            form.add_error("file", in_words(problem))
        else:
            return redirect("imports:run", draft.pk)
    return render(request, "imports/new.html", {"form": form, "like": like}, status=422 if form.errors else 200)


@needs("imports.view_import")
@require_safe
def show(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = found(request, run_id)
    if run.state != State.DRAFT:
        return render(request, "imports/run.html", state_page(run, reader=request.user))
    try:
        return render(request, "imports/draft.html", {"draft": draft_page(run, None, by=request.user)})
    except (UnreadableError, ImportRefusedError, FileNotFoundError) as problem:
        messages.error(request, in_words(problem))
        return redirect("imports:history")


@needs("imports.run_import")
@require_POST
def mapping(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Follow what was said about the columns; show what becomes of the first rows then."""
    run = found(request, run_id, State.DRAFT)
    page = remapped(request, run)
    return render(request, "imports/draft.html#plan", {"draft": page})


@needs("fields.change_field")
@require_POST
def declare_field(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Make a field of the organisation's own of a column, and map the column to it."""
    run = found(request, run_id, State.DRAFT)
    page = remapped(request, run)
    place = number(request.POST.get("place", ""))
    line = next((one for one in (*page.lines, *page.blank) if one.place == place), None)
    if line is None:
        return redirect("imports:run", run.pk)
    try:
        made = field_of(line.seen, page.plan.kind)
    except DeclareError as problem:
        return toast(request, redirect("imports:run", run.pk), str(problem))
    kept = read(run.plan)
    habit = line.seen.habit
    run.follow(replace(kept, targets=(*kept.targets, Target(made.claim, line.seen.name, "", habit.order, habit.mark))))
    run.save(update_fields=["plan"])
    return redirect("imports:run", run.pk)


@needs("imports.run_import")
@require_POST
def again(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Take the same file in once more, in the same way."""
    run = found(request, run_id)
    if whole := whole_of(run):
        return redirect(whole.url)
    try:
        draft = keep_again(run, by=request.user, at=timezone.now())
    except (UnreadableError, ImportRefusedError, FileNotFoundError) as problem:
        messages.error(request, in_words(problem))
        return redirect("imports:run", run.pk)
    return redirect("imports:run", draft.pk)


@needs("imports.run_import")
@require_POST
def rehearsal(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Try the whole file: at once when it is short, in the background when it is long."""
    run = found(request, run_id, State.DRAFT)
    page = remapped(request, run)
    if page.proposal.refusal:
        return render(request, "imports/draft.html", {"draft": page}, status=422)
    rehearse_later(run, by=request.user, at=timezone.now(), defer=not page.proposal.complete)
    if page.proposal.complete:
        rehearse_draft(run)
    return redirect("imports:run", run.pk)


@needs("imports.run_import")
@require_POST
def begin(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = found(request, run_id, State.DRAFT)
    page = remapped(request, run)
    if page.proposal.refusal:
        return render(request, "imports/draft.html", {"draft": page}, status=422)
    start(run, by=request.user, at=timezone.now(), defer=True)
    return redirect("imports:run", run.pk)


@needs("imports.run_import")
@require_POST
def stop(request: SignedInRequest, run_id: int) -> HttpResponse:
    """Stop behind the chunk that is being written; what is in stays in."""
    run = found(request, run_id)
    now = timezone.now()
    busy = ImportRun.objects.visible_to(request.user).filter(pk=run.pk)
    busy.filter(state=State.RUNNING).update(state=State.STOPPED, moved_at=now)
    busy.filter(state=State.REHEARSING).update(state=State.DRAFT, moved_at=now)
    # Nothing of it was written, so there is nothing to end.
    busy.filter(state=State.WEIGHING).update(state=run.undone.get("before", State.DONE), moved_at=now)
    return redirect("imports:run", run.pk)


@needs("imports.run_import")
@require_POST
def resume(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = found(request, run_id, State.STOPPED, State.BROKEN, State.RUNNING, State.REVERTING)
    if run.state == State.REVERTING:
        go_on_reverting(run, by=request.user, at=timezone.now())
    else:
        start(run, by=request.user, at=timezone.now(), defer=True)
    return redirect("imports:run", run.pk)


@needs("imports.view_import")
@require_safe
def progress(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The state of a run, asked for again and again while it moves; the page anew when a rehearsal is over."""
    run = found(request, run_id)
    if run.state == State.DRAFT:
        response = HttpResponse()
        response.headers["HX-Redirect"] = reverse("imports:run", args=[run.pk])
        return response
    return render(request, "imports/run.html#state", state_page(run, reader=request.user))


@needs("imports.view_import")
@require_safe
def failed(request: SignedInRequest, run_id: int) -> HttpResponse:
    """The failed rows as a file to mend and send again."""
    run = found(request, run_id)
    if keeps_failures_from(run, reader=request.user):
        # Rows with masks in them would be sent back as if they were values.
        raise PermissionDenied
    rows = run.failures.order_by("number").iterator(chunk_size=2_000)
    response = StreamingHttpResponse(failed_file(read(run.plan), rows), content_type="text/csv; charset=utf-8")
    name = slugify(Path(run.file_name).name.partition(".")[0]) or "import"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-failed.csv"'
    return response  # type: ignore[return-value]


@needs("imports.run_import")
@require_POST
def discard(request: SignedInRequest, run_id: int) -> HttpResponse:
    run = found(request, run_id, State.DRAFT)
    Path(run.path).unlink(missing_ok=True)
    run.delete()
    return toast(request, redirect("imports:history"), _("The draft is gone."))


def found(request: SignedInRequest, run_id: int, *states: State) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.user).by_themselves().select_related("by")
    return get_object_or_404(runs.filter(state__in=states) if states else runs, pk=run_id)


def remapped(request: SignedInRequest, run: ImportRun) -> Any:
    """The draft as the form wants it, kept."""
    plan = read(run.plan)
    wishes = wishes_of(request.POST, plan, request.headers.get("HX-Trigger-Name", ""))
    page = draft_page(run, replace(wishes, source=wishes.source or plan.source), by=request.user)
    if page.plan != plan:
        run.rehearsal = {}
    run.follow(page.plan)
    run.save(update_fields=["kind", "source", "plan", "rehearsal"])
    return page
