"""Who must not be written to: listed, noted, lifted."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.consent.forms import LiftForm, SuppressionForm
from rapport.consent.lift import lift as end
from rapport.consent.models import Suppression
from rapport.consent.object import object_to
from rapport.consent.veiled import stops_asked_for, veiled_stops
from rapport.customers.models import Customer
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

LISTED = 100


@needs("consent.view_suppression")
@require_safe
def suppressions(request: SignedInRequest) -> HttpResponse:
    """Those that stand; with ``all`` also those that ended."""
    found = Suppression.objects.visible_to(request.user).newest_first()
    words, ended = request.GET.get("q", "").strip()[:200], "all" in request.GET
    if words:
        found = stops_asked_for(found, words, reader=request.user)
    if not ended:
        found = found.standing()
    before = number(request.GET.get("before", ""))
    last = Suppression.objects.visible_to(request.user).filter(pk=before).first()
    if last:
        found = found.filter(Q(since__lt=last.since) | Q(since=last.since, pk__lt=last.pk))
    rows = list(found[: LISTED + 1])
    older = rows[LISTED - 1].pk if len(rows) > LISTED else None
    shown = {"rows": veiled_stops(rows[:LISTED], reader=request.user), "older": older, "words": words, "ended": ended}
    return render(request, "consent/suppressions.html", shown)


@needs("consent.add_suppression")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Note that somebody must not be written to; from a customer's page with the address filled in."""
    initial = {"address": request.GET.get("address", "")[:400]}
    form = SuppressionForm(request.POST or None, initial=initial)
    asked = number(request.POST.get("customer", "") or request.GET.get("customer", ""))
    customer = Customer.objects.visible_to(request.user).living().filter(pk=asked).first()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = object_to(
            given["address"],
            given["cause"],
            evidence=given["evidence"],
            by=request.user,
            at=timezone.now(),
            way=given["way"],
            extent=given["extent"],
        )
        back = redirect("customer", customer.pk) if customer else redirect("consent:suppressions")
        return toast(request, back, _("Noted. Nothing more goes to %(address)s.") % {"address": made.value})
    shown = {"form": form, "customer": customer}
    return render(request, "consent/add.html", shown, status=422 if form.errors else 200)


@needs("consent.lift_suppression")
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: SignedInRequest, suppression_id: int) -> HttpResponse:
    found = get_object_or_404(Suppression.objects.visible_to(request.user), pk=suppression_id)
    (shown,) = veiled_stops([found], reader=request.user)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end(found, form.cleaned_data["reason"], by=request.user, at=timezone.now())
        said = _("%(address)s may be written to again.") % {"address": shown.value}
        return toast(request, redirect("consent:suppressions"), said)
    return render(
        request, "consent/lift.html", {"form": form, "suppression": shown}, status=422 if form.errors else 200
    )
