"""Purposes in the browser: what we write for, on which basis, in which words people are asked."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.consent.declare_purpose import change, declare, end, take_up
from rapport.consent.forms import PurposeForm
from rapport.consent.purpose import Purpose
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("consent.view_consent")
@require_safe
def purposes(request: SignedInRequest) -> HttpResponse:
    rows = Purpose.objects.visible_to(request.user).order_by("pk").prefetch_related("wordings")
    return render(request, "consent/purposes.html", {"rows": rows})


@needs("consent.change_purpose")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        declare(form.cleaned_data["code"], form.wish(), by=request.user, at=timezone.now())
        return toast(request, redirect("consent:purposes"), _("Declared."))
    return render(request, "consent/purpose.html", {"form": form}, status=422 if form.errors else 200)


@needs("consent.change_purpose")
@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: SignedInRequest, purpose_id: int) -> HttpResponse:
    """What it says, and the words in which people were asked so far."""
    found = get_object_or_404(Purpose.objects.visible_to(request.user), pk=purpose_id)
    wordings = list(found.wordings.order_by("-version"))
    initial = {"wording": wordings[0].text if wordings else "", "name": str(found), "about": found.explained}
    form = PurposeForm(request.POST or None, instance=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        change(found, form.wish(), by=request.user, at=timezone.now())
        return toast(request, redirect("consent:purposes"), _("Saved."))
    shown = {"form": form, "purpose": found, "wordings": wordings}
    return render(request, "consent/purpose.html", shown, status=422 if form.errors else 200)


@needs("consent.change_purpose")
@require_POST
def switch(request: SignedInRequest, purpose_id: int) -> HttpResponse:
    """End a purpose, or take it up again."""
    found = get_object_or_404(Purpose.objects.visible_to(request.user), pk=purpose_id)
    if request.POST.get("to") == "on":
        take_up(found)
    else:
        end(found, at=timezone.now())
    return redirect("consent:purposes")
