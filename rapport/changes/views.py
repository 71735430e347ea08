"""What was changed lately, one change with what stands against taking it back, and taking it back."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.changes.recent import BY_AGE, lines_of
from rapport.changes.recent import recent as read_recent
from rapport.journal.change import Change
from rapport.journal.take_back import take_back
from rapport.journal.ways_back import BACK, STAYS, UndoError
from rapport.people.access import SignedInRequest, needs
from rapport.ui.keyset import Cursor
from rapport.ui.toast import toast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFUSALS: "dict[str, StrOrPromise]" = {
    "undone already": gettext_lazy("This has been taken back before."),
    "too late": gettext_lazy("This is more than thirty days old and stays."),
    "not allowed": gettext_lazy("Your role may not take this back."),
    "out of sight": gettext_lazy("The record belongs to another team by now, and somebody there has changed it since."),
    "changed since": gettext_lazy("Somebody has changed this since. Say for each field what shall stand there."),
    "taken meanwhile": gettext_lazy("What would come back is somebody else's by now."),
    "in the trash": gettext_lazy("The record is in the trash. Restore it first."),
    "not there": gettext_lazy("It has been taken back in another way already."),
    "held": gettext_lazy("The meeting was held since and stands on the timeline."),
    "not possible": gettext_lazy("What stands around it has changed since, so it can't come back as it was."),
    "still running": gettext_lazy("This is still running. Stop it first."),
    "merged already": gettext_lazy("One of the two became part of another record since."),
    "kinds differ": gettext_lazy("The two are of different kinds by now."),
    "held by law": gettext_lazy("A legal hold stands on the record that would go."),
    "same": gettext_lazy("The two are one record by now."),
}
INVALID = 422


@needs("changes.view_change")
@require_safe
def recent(request: SignedInRequest) -> HttpResponse:
    """One's own; with ?whose=all those of others that one may see."""
    others = request.user.allows("people.oversee_team")
    everybody = others and request.GET.get("whose") == "all"
    now = timezone.now()
    place = Cursor.of(request.GET, BY_AGE)
    found = read_recent(request.user, place, of=None if everybody else request.user, at=now)
    shown = {"recent": found, "others": others, "everybody": everybody}
    return render(request, "changes/recent.html", shown)


def found(request: SignedInRequest, change_id: int) -> Change:
    rows = Change.objects.visible_to(request.user).select_related("by", "undone_by")
    return get_object_or_404(rows, pk=change_id)


@needs("changes.view_change")
@require_safe
def change(request: SignedInRequest, change_id: int) -> HttpResponse:
    return shown(request, found(request, change_id))


def shown(request: SignedInRequest, one: Change, problem: UndoError | None = None) -> HttpResponse:
    (line,) = lines_of([one], reader=request.user, at=timezone.now())
    refusal = REFUSALS[problem.code] if problem else ""
    context = {"line": line, "refusal": refusal, "clashes": problem.clashes if problem else ()}
    return render(request, "changes/change.html", context, status=INVALID if problem else 200)


@needs("changes.undo_change")
@require_POST
def undo(request: SignedInRequest, change_id: int) -> HttpResponse:
    """Take it back; where somebody has written since, the page asks field by field."""
    one = found(request, change_id)
    choices = {
        name.removeprefix("choice-"): value
        for name, value in request.POST.items()
        if name.startswith("choice-") and value in {BACK, STAYS}
    }
    try:
        take_back(one, by=request.user, at=timezone.now(), choices=choices)
    except UndoError as problem:
        return shown(request, one, problem)
    return toast(request, redirect(back_from(request)), _("Taken back."))


def back_from(request: SignedInRequest) -> str:
    """The page that asked, unless it was the one about this change."""
    came_from = request.headers.get("Referer", "")
    path = came_from.partition(request.get_host())[2]
    safe = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return path if safe and path and not path.startswith("/changes/") else "/changes/"
