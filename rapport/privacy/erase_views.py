"""Erasures in the browser: what would go and what stays, the second person's word, what was done; looking for a value."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.privacy import erase as verbs
from rapport.privacy.desk_forms import SearchForm
from rapport.privacy.desk_views import REFUSALS as STEPS_REFUSED
from rapport.privacy.desk_views import the_request
from rapport.privacy.erase import EraseError
from rapport.privacy.erase_search import search_everywhere
from rapport.privacy.erasure import Erasure
from rapport.privacy.request_steps import RequestError
from rapport.ui.toast import toast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ERASES = "privacy.erase_person"
REFUSALS: "dict[str, StrOrPromise]" = {
    "other request": gettext_lazy("Only a request for erasure, or an objection, leads to an erasure."),
    "unchecked": gettext_lazy("Say first whose record it is about, and check that it is them."),
    "held": gettext_lazy("A legal hold stands on this record. While it does, nothing of it is erased."),
    "already": gettext_lazy("Their erasure has been proposed or done already."),
    "own": gettext_lazy("Somebody else has to confirm what you proposed."),
    "not proposed": gettext_lazy("This has been confirmed or taken back already."),
}
INVALID = 422


@needs(ERASES)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: SignedInRequest, request_id: int) -> HttpResponse:
    """What would go and what stays; POST proposes it to a second person."""
    found, refused = the_request(request, request_id), ""
    if request.method == "POST":
        try:
            made = verbs.propose(found, by=request.user, at=timezone.now())
            return toast(request, redirect("privacy:erasure", made.pk), _("Proposed. Somebody else confirms it."))
        except EraseError as problem:
            refused = str(REFUSALS[problem.code])
        except RequestError as problem:
            refused = str(STEPS_REFUSED[problem.code])
    goes = verbs.preview(found.customer) if found.customer and found.customer.trashed_at is None else []
    shown = {"one": found, "goes": goes, "stays": verbs.staying(), "refused": refused}
    return render(request, "privacy/erase_proposal.html", shown, status=INVALID if refused else 200)


@needs(ERASES)
@require_safe
def erasure(request: SignedInRequest, erasure_id: int) -> HttpResponse:
    """How far it is, and what was done."""
    found = the_erasure(request, erasure_id)
    own = found.proposed_by_id == request.user.pk
    waits = found.state == Erasure.State.PROPOSED
    shown = {
        "erasure": found,
        "own": own,
        "others": verbs.who_confirms(found) if own and waits else [],
        "goes": verbs.preview(found.customer) if waits else [],
        "stays": verbs.staying(),
        "done": sorted(found.report.items()),
        "busy": found.state == Erasure.State.RUNNING,
    }
    return render(request, "privacy/erase_report.html", shown)


@needs(ERASES)
@require_POST
def confirmation(request: SignedInRequest, erasure_id: int) -> HttpResponse:
    """The second person's word; it begins."""
    found = the_erasure(request, erasure_id)
    try:
        verbs.confirm(found, by=request.user, at=timezone.now())
    except EraseError as problem:
        own, others = found.proposed_by_id == request.user.pk, verbs.who_confirms(found)
        shown = {"erasure": found, "own": own, "others": others, "refused": REFUSALS[problem.code]}
        return render(request, "privacy/erase_report.html", shown, status=INVALID)
    return toast(request, redirect("privacy:erasure", found.pk), _("Confirmed. It has begun."))


@needs(ERASES)
@require_POST
def away(request: SignedInRequest, erasure_id: int) -> HttpResponse:
    """Take a proposal back."""
    found = the_erasure(request, erasure_id)
    verbs.drop(found, by=request.user, at=timezone.now())
    return redirect("privacy:request", found.request_id)


@needs("privacy.search_values")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """In which columns a value still stands, of the whole database and the files; posted, so that no address repeats it."""
    form = SearchForm(request.POST or None)
    found = search_everywhere(form.cleaned_data["values"]) if request.method == "POST" and form.is_valid() else None
    return render(
        request, "privacy/erase_search.html", {"form": form, "found": found}, status=INVALID if form.errors else 200
    )


def the_erasure(request: SignedInRequest, erasure_id: int) -> Erasure:
    rows = Erasure.objects.visible_to(request.user).select_related("request", "customer", "proposed_by", "confirmed_by")
    return get_object_or_404(rows, pk=erasure_id)
