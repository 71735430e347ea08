"""Packs in the browser: ordered once it is known who asks, downloaded for a week; each download is noted."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.audit.reads import note
from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs
from rapport.privacy.desk_views import ANSWERS, REFUSALS, the_request
from rapport.privacy.pack import Pack
from rapport.privacy.pack_make import order
from rapport.privacy.request import Step
from rapport.privacy.request_steps import RequestError, step
from rapport.ui.toast import toast


@needs(ANSWERS)
@require_POST
def new(request: SignedInRequest, request_id: int) -> HttpResponse:
    found = the_request(request, request_id)
    try:
        order(found, by=request.user, at=timezone.now())
        told = _("The pack is being made.")
    except RequestError as problem:
        told = str(REFUSALS[problem.code])
    return toast(request, redirect("privacy:request", found.pk), told)


@needs(ANSWERS)
@require_safe
def download(request: SignedInRequest, pack_id: int) -> HttpResponse:
    """The file, while it is kept; who took it stands among the steps and in the ledger of readings."""
    found = get_object_or_404(Pack.objects.visible_to(request.user).select_related("request"), pk=pack_id)
    if found.state != Pack.State.READY or not found.path.exists():
        raise Http404
    at = timezone.now()
    if request.method == "GET":
        step(found.request, Step.Kind.READ, "", by=request.user, at=at)
        customers = [found.request.customer_id] if found.request.customer_id else []
        note(request.user, Customer, customers, ["*"], place="privacy:download_pack", at=at)
    # Closed by the response.
    response = FileResponse(found.path.open("rb"), as_attachment=True, filename=f"request-{found.request_id}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response  # type: ignore[return-value]
