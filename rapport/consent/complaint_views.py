"""Say that a customer complains, or how their complaint was settled."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.consent.card import card_address
from rapport.consent.complaints import open_complaints, settle
from rapport.consent.forms import ComplaintForm, SettledForm
from rapport.consent.marks import COMPLAINT, mark
from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("consent.add_suppression")
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Open one, or settle what is open: there is one page for what stands at the moment."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    stand = list(open_complaints(customer.pk))
    form = SettledForm(request.POST or None) if stand else ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        if isinstance(form, SettledForm):
            settle(customer, given["how"], key=str(given["key"]), by=request.user, at=now)
            return toast(request, redirect(card_address(customer)), _("Settled. The contact policy knows it."))
        mark(customer, COMPLAINT, given["evidence"], by=request.user, at=now)
        return toast(request, redirect(card_address(customer)), _("Noted. The contact policy knows it."))
    shown = {"form": form, "customer": customer, "stand": stand}
    return render(request, "consent/complaint.html", shown, status=422 if form.errors else 200)
