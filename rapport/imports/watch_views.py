"""Watched folders in the browser: which there are, how they fare, one more."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.imports.models import ImportRun, ImportWatch
from rapport.imports.watch import look
from rapport.imports.watch_forms import WatchForm
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("imports.change_watch")
@require_http_methods(["GET", "HEAD", "POST"])
def watches(request: SignedInRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user)
    form = WatchForm(request.POST or None, runs=runs)
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        return redirect("imports:watches")
    found = ImportWatch.objects.visible_to(request.user).select_related("by").order_by("folder", "pattern")
    return render(request, "imports/watches.html", {"watches": found, "form": form}, status=422 if form.errors else 200)


@needs("imports.change_watch")
@require_POST
def watch(request: SignedInRequest, watch_id: int) -> HttpResponse:
    """Look now, pause, go on, or forget it."""
    found = get_object_or_404(ImportWatch.objects.visible_to(request.user), pk=watch_id)
    answer = redirect("imports:watches")
    match request.POST.get("deed"):
        case "look":
            look(found.pk, at=timezone.now())
        case "pause":
            ImportWatch.objects.visible_to(request.user).filter(pk=found.pk).update(active=not found.active)
        case "forget":
            found.delete()
            return toast(request, answer, _("The folder is no longer watched; its files stay where they are."))
    return answer
