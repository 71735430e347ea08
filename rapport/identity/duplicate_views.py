"""Review who may be one and the same customer: merge, keep apart, take back."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.identity.decide import join, keep_apart, reopen
from rapport.identity.joined import joined_in_words
from rapport.identity.merge import MergeError
from rapport.identity.models import Pair
from rapport.identity.queue import decided, lines_of, queue
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@needs("identity.merge_customer")
@require_safe
def to_decide(request: SignedInRequest) -> HttpResponse:
    """The open pairs, the likeliest first."""
    shown = {"queue": queue(request.user, request.GET), "may_compare": request.user.allows("identity.compare_all")}
    return render(request, "identity/duplicates.html", shown)


@needs("identity.merge_customer")
@require_safe
def decisions(request: SignedInRequest) -> HttpResponse:
    """What was decided, by whom and when, each with a way back."""
    pairs, page = decided(request.user, request.GET)
    return render(request, "identity/decisions.html", {"pairs": pairs, "page": page})


@needs("identity.merge_customer")
@require_POST
def merged(request: SignedInRequest, pair_id: int) -> HttpResponse:
    pair = pair_of(request, pair_id)
    try:
        done = join(pair, by=request.user, at=timezone.now())
    except MergeError:
        return refused(request, _("Somebody has decided this one in the meantime."))
    return answered(request, pair_of(request, pair_id), joined_in_words(done.absorbed, done.survivor))


@needs("identity.merge_customer")
@require_POST
def kept_apart(request: SignedInRequest, pair_id: int) -> HttpResponse:
    pair = pair_of(request, pair_id)
    if not keep_apart(pair, by=request.user, at=timezone.now()):
        return refused(request, _("Somebody has decided this one in the meantime."))
    names = {"one": pair.one.customer.name, "other": pair.other.customer.name}
    return answered(request, pair, _("%(one)s and %(other)s are not the same.") % names)


@needs("identity.merge_customer")
@require_POST
def reopened(request: SignedInRequest, pair_id: int) -> HttpResponse:
    """Take back what was decided: the pair waits again."""
    if not reopen(pair_of(request, pair_id), by=request.user, at=timezone.now()):
        return refused(request, _("There is nothing to take back."))
    if request.htmx:
        (line,) = lines_of([pair_of(request, pair_id)], reader=request.user)
        return render(request, "identity/duplicates.html#line", {"line": line, "back": True})
    return toast(request, redirect("duplicates:queue"), _("Taken back."))


def pair_of(request: SignedInRequest, pair_id: int) -> Pair:
    return get_object_or_404(Pair.objects.visible_to(request.user).with_customers(), pk=pair_id)


def answered(request: SignedInRequest, pair: Pair, text: str) -> HttpResponse:
    """In place of the line what became of it, with Undo; without HTMX the queue again."""
    if request.htmx:
        return render(request, "identity/duplicates.html#decided", {"pair": pair, "text": text})
    return toast(request, redirect("duplicates:queue"), text, undo=reverse("duplicates:undo", args=[pair.pk]))


def refused(request: SignedInRequest, text: "StrOrPromise") -> HttpResponse:
    response = HttpResponse(status=204) if request.htmx else redirect("duplicates:queue")
    return toast(request, response, str(text))
