"""Taxes that products bear, with their rates by day."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.catalogue.forms import TaxForm
from rapport.catalogue.product import Tax
from rapport.catalogue.shape_taxes import keep_tax, retire_tax
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422
BACK = "catalogue:taxes"


@needs("catalogue.change_price")
@require_safe
def taxes(request: SignedInRequest) -> HttpResponse:
    found = list(Tax.objects.visible_to(request.user).current().prefetch_related("rates"))
    today = timezone.localdate()
    lines = [
        (
            one,
            one.rate_on(today),
            sorted((rate for rate in one.rates.all() if rate.since > today), key=lambda r: r.since),
        )
        for one in found
    ]
    return render(request, "catalogue/taxes.html", {"lines": lines})


@needs("catalogue.change_price")
@require_http_methods(["GET", "HEAD", "POST"])
def add_tax(request: SignedInRequest) -> HttpResponse:
    return kept(request, Tax(), _("New tax"))


@needs("catalogue.change_price")
@require_http_methods(["GET", "HEAD", "POST"])
def tax(request: SignedInRequest, tax_id: int) -> HttpResponse:
    found = get_object_or_404(Tax.objects.visible_to(request.user).current(), pk=tax_id)
    return kept(request, found, str(found))


@needs("catalogue.change_price")
@require_POST
def drop_tax(request: SignedInRequest, tax_id: int) -> HttpResponse:
    found = get_object_or_404(Tax.objects.visible_to(request.user).current(), pk=tax_id)
    retire_tax(found, by=request.user, at=timezone.now())
    return toast(request, redirect(BACK), _("“%(name)s” is out of use. What was done with it stays.") % {"name": found})


def kept(request: SignedInRequest, tax: Tax, title: str) -> HttpResponse:
    form = TaxForm(request.POST or None, instance=tax)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        named = form.save(commit=False)
        keep_tax(named, percent=given["percent"], since=given["since"], by=request.user, at=timezone.now())
        return toast(request, redirect(BACK), _("Saved."))
    rates = list(tax.rates.order_by("-since")) if tax.pk else []
    shown = {"form": form, "title": title, "tax": tax, "rates": rates}
    return render(request, "catalogue/tax.html", shown, status=INVALID if form.errors else 200)
