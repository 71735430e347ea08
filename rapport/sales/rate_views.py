"""Exchange rates: looked at, said one by one or by a file, and the currency in which the organisation reckons."""

from typing import Any

from django import forms
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.sales.convert import all_rates, home_currency, without_rate
from rapport.sales.deal import Deal
from rapport.sales.keep_rates import keep_rates, reckon_in
from rapport.sales.rate import Rate
from rapport.sales.rate_forms import BooksForm, RateFileForm, RateForm
from rapport.ui.toast import toast

INVALID, SHOWN = 422, 400
BACK = "sales:rates"


@needs("sales.view_deal")
@require_safe
def rates(request: SignedInRequest) -> HttpResponse:
    """The newest of each currency first, and the currencies of deals that nobody said a rate for."""
    known, today = all_rates(), timezone.localdate()
    used = Deal.objects.visible_to(request.user).open().order_by().values_list("currency", flat=True).distinct()
    found = Rate.objects.visible_to(request.user).filter(home=known.home)
    newest = dict(found.order_by().values_list("currency").annotate(last=Max("since")))
    shown = {
        "home": known.home,
        "rates": [
            (one, newest[one.currency] == one.since) for one in found.order_by("currency", "-since", "pk")[:SHOWN]
        ],
        "missing": without_rate(list(used), today, known),
        "may_change": request.user.allows("sales.change_rate"),
    }
    return render(request, "sales/rates.html", shown)


@needs("sales.change_rate")
@require_http_methods(["GET", "HEAD", "POST"])
def add_rate(request: SignedInRequest) -> HttpResponse:
    home = home_currency()
    form = RateForm(request.POST or None, home=home, today=timezone.localdate())
    if not home:
        return redirect("sales:books")
    if request.method == "POST" and form.is_valid():
        keep_rates([form.said], home=home)
        return toast(request, redirect(BACK), _("Saved."))
    form.fields["rate"].help_text = _("in %(home)s") % {"home": home}
    form.fields["currency"].initial = request.GET.get("currency", "")[:3]
    return asked(request, form, _("Exchange rate"))


@needs("sales.change_rate")
@require_http_methods(["GET", "HEAD", "POST"])
def import_rates(request: SignedInRequest) -> HttpResponse:
    home = home_currency()
    if not home:
        return redirect("sales:books")
    form = RateFileForm(request.POST or None, request.FILES or None, home=home)
    if request.method == "POST" and form.is_valid():
        number = keep_rates(form.said, home=home)
        words = ngettext("%(number)s rate kept.", "%(number)s rates kept.", number) % {"number": number}
        return toast(request, redirect(BACK), words)
    return asked(request, form, _("Rates from a file"))


@needs("sales.change_rate")
@require_http_methods(["GET", "HEAD", "POST"])
def books(request: SignedInRequest) -> HttpResponse:
    form = BooksForm(request.POST or None, initial={"currency": home_currency()})
    if request.method == "POST" and form.is_valid():
        reckon_in(form.cleaned_data["currency"])
        return toast(request, redirect(BACK), _("Saved."))
    return asked(request, form, _("Currency of the organisation"))


@needs("sales.change_rate")
@require_POST
def drop_rate(request: SignedInRequest, rate_id: int) -> HttpResponse:
    get_object_or_404(Rate.objects.visible_to(request.user), pk=rate_id).delete()
    return toast(request, redirect(BACK), _("Rate deleted."))


def asked(request: SignedInRequest, form: forms.Form, title: str) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "title": title, "back": BACK}
    return render(request, "sales/ask.html", shown, status=INVALID if form.errors else 200)
