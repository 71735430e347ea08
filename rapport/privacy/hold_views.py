"""Legal holds in the browser: which stand, putting one on a customer, ending one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs
from rapport.privacy import hold as law
from rapport.privacy.desk_forms import HoldForm, ReleaseForm
from rapport.privacy.hold import Hold
from rapport.ui.toast import toast


@needs("privacy.view_request")
@require_safe
def holds(request: SignedInRequest) -> HttpResponse:
    """Those that stand, the next to be looked at first; with ``all`` also those that ended."""
    found, ended = Hold.objects.visible_to(request.user).in_order(), "all" in request.GET
    rows = (found if ended else found.standing())[:500]
    return render(request, "privacy/holds.html", {"rows": rows, "ended": ended, "today": timezone.localdate()})


@needs("privacy.hold_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def put(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Put a hold on a customer; where one stands already, say its reason and day anew."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    stands = Hold.objects.visible_to(request.user).standing().filter(customer=customer).first()
    initial = {"reason": stands.reason, "review_on": stands.review_on} if stands else {}
    form = HoldForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        law.hold(customer, given["reason"], given["review_on"], by=request.user, at=timezone.now())
        told = _("Nothing of this record is erased, let go or merged away until the hold ends.")
        return toast(request, redirect("customer", customer.pk), told)
    shown = {"form": form, "customer": customer, "stands": stands}
    return render(request, "privacy/hold.html", shown, status=422 if form.errors else 200)


@needs("privacy.hold_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, hold_id: int) -> HttpResponse:
    found = get_object_or_404(Hold.objects.visible_to(request.user).in_order(), pk=hold_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        law.release(found, form.cleaned_data["why"], by=request.user, at=timezone.now())
        return toast(request, redirect("privacy:holds"), _("The hold has ended."))
    return render(request, "privacy/hold_end.html", {"form": form, "hold": found}, status=422 if form.errors else 200)
