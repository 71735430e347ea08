"""Compare all customers anew: begin, look how far it has come, stop."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.identity.compare_all import begin, stop
from rapport.identity.queue import sweep_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("identity.compare_all")
@require_POST
def begun(request: SignedInRequest) -> HttpResponse:
    begin(by=request.user, at=timezone.now())
    return toast(request, redirect("duplicates:queue"), _("All customers are being compared."))


@needs("identity.compare_all")
@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    return render(request, "identity/sweep.html", {"sweep": sweep_of(request.user)})


@needs("identity.compare_all")
@require_POST
def stopped(request: SignedInRequest) -> HttpResponse:
    words = _("Stopped. What was found stays.") if stop(at=timezone.now()) else _("There is nothing to stop.")
    return toast(request, redirect("duplicates:queue"), words)
