"""The register of processing in the browser, on paper and as a file."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.people.post import Post
from rapport.people.posts import posts_on
from rapport.privacy.past_steps import steps_of
from rapport.privacy.register import Activity
from rapport.privacy.register_forms import ActivityForm, title_of
from rapport.ui.export import export
from rapport.ui.toast import toast

INVALID = 422


@needs("privacy.view_activity")
@require_safe
def register(request: SignedInRequest) -> HttpResponse:
    """Every activity, the running ones first; on paper the whole of it."""
    today = timezone.localdate()
    rows = [(one, one.is_overdue(today)) for one in Activity.objects.visible_to(request.user).by_name()]
    officer = next((one for one in posts_on(today, reader=request.user) if one.post.kind == Post.Kind.PRIVACY), None)
    shown = {
        "rows": rows,
        "late": sum(late for _one, late in rows),
        "officer": officer.acting if officer else None,
        "today": today,
    }
    return render(request, "privacy/register.html", shown)


@needs("privacy.view_activity")
@require_safe
def register_file(request: SignedInRequest) -> HttpResponse:
    header = (
        *(_("Activity"), _("What for"), _("Lawful basis"), _("Whose data"), _("Which data"), _("Data dictionary")),
        *(_("Who receives it"), _("To other countries"), _("How long"), _("How it is guarded")),
        *(_("Responsible unit"), _("Responsible person"), _("Next review"), _("Ended")),
    )
    rows = (
        (
            *(one.name, one.purpose, one.get_basis_display(), one.persons, one.data, one.tables),
            *(one.recipients, one.transfers, one.keeps, one.security),
            *(str(one.unit or ""), str(one.owner or ""), one.review_on, one.ended_on),
        )
        for one in Activity.objects.visible_to(request.user).by_name()
    )
    return export("csv", "processing-register", header, list(rows), zone=timezone.get_current_timezone())  # type: ignore[return-value]


@needs("privacy.change_activity")
@require_http_methods(["GET", "HEAD", "POST"])
def add_activity(request: SignedInRequest) -> HttpResponse:
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("privacy:activity", form.save().pk)
    shown = {"form": form, "title": _("New processing activity"), "back": "privacy:register"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


@needs("privacy.view_activity")
@require_safe
def activity(request: SignedInRequest, activity_id: int) -> HttpResponse:
    found = the_activity(request, activity_id)
    shown = {
        "activity": found,
        "late": found.is_overdue(timezone.localdate()),
        "tables": [(table, title_of(table)) for table in found.tables],
        "steps": steps_of(found),
    }
    return render(request, "privacy/activity.html", shown)


@needs("privacy.change_activity")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_activity(request: SignedInRequest, activity_id: int) -> HttpResponse:
    found = the_activity(request, activity_id)
    form = ActivityForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect("privacy:activity", found.pk), _("Saved."))
    shown = {"form": form, "title": str(found), "back": "privacy:register"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


def the_activity(request: SignedInRequest, activity_id: int) -> Activity:
    return get_object_or_404(Activity.objects.visible_to(request.user).by_name(), pk=activity_id)
