"""Price lists: all of them, one with its prices, new, changed, out of use."""

from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.catalogue.price_forms import PriceForm, PriceListForm
from rapport.catalogue.price_list import Price, PriceList
from rapport.catalogue.shape_prices import keep_price_list, retire_price_list, set_price
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422
A_PAGE = 200


@needs("catalogue.change_price")
@require_safe
def price_lists(request: SignedInRequest) -> HttpResponse:
    known = PriceList.objects.visible_to(request.user).current().select_related("brand")
    found = known.annotate(number=Count("prices")).order_by("name", "pk")
    return render(request, "catalogue/price_lists.html", {"lists": found, "today": timezone.localdate()})


@needs("catalogue.change_price")
@require_http_methods(["GET", "HEAD", "POST"])
def add_price_list(request: SignedInRequest) -> HttpResponse:
    return kept(request, PriceList(), _("New price list"))


@needs("catalogue.change_price")
@require_http_methods(["GET", "HEAD", "POST"])
def change_price_list(request: SignedInRequest, price_list_id: int) -> HttpResponse:
    found = get_object_or_404(PriceList.objects.visible_to(request.user).current(), pk=price_list_id)
    return kept(request, found, str(found))


def kept(request: SignedInRequest, wanted: PriceList, title: str) -> HttpResponse:
    form = PriceListForm(request.POST or None, instance=wanted)
    if request.method == "POST" and form.is_valid():
        keep_price_list(form.save(commit=False), by=request.user, at=timezone.now())
        return toast(request, redirect("catalogue:price_list", form.instance.pk), _("Saved."))
    shown = {"form": form, "title": title}
    return render(request, "catalogue/price_list_form.html", shown, status=INVALID if form.errors else 200)


@needs("catalogue.change_price")
@require_safe
def price_list(request: SignedInRequest, price_list_id: int) -> HttpResponse:
    return shown(request, the_list(request, price_list_id), PriceForm())


@needs("catalogue.change_price")
@require_POST
def put_price(request: SignedInRequest, price_list_id: int) -> HttpResponse:
    """Say what a product costs, or say it anew."""
    found, form = the_list(request, price_list_id), PriceForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        quantity = given["from_quantity"] or Decimal(0)
        set_price(found, given["product"], given["amount"], from_quantity=quantity, by=request.user, at=timezone.now())
        return toast(request, redirect("catalogue:price_list", found.pk), _("Saved."))
    return shown(request, found, form)


@needs("catalogue.change_price")
@require_POST
def drop_price(request: SignedInRequest, price_id: int) -> HttpResponse:
    prices = Price.objects.visible_to(request.user).select_related("price_list", "product")
    found = get_object_or_404(prices, pk=price_id)
    set_price(
        found.price_list,
        found.product,
        None,
        from_quantity=found.from_quantity,
        by=request.user,
        at=timezone.now(),
    )
    return toast(request, redirect("catalogue:price_list", found.price_list_id), _("Taken out."))


@needs("catalogue.change_price")
@require_POST
def drop_price_list(request: SignedInRequest, price_list_id: int) -> HttpResponse:
    found = the_list(request, price_list_id)
    retire_price_list(found, by=request.user, at=timezone.now())
    words = _("“%(name)s” is out of use. What was done with it stays.") % {"name": found}
    return toast(request, redirect("catalogue:price_lists"), words)


def the_list(request: SignedInRequest, price_list_id: int) -> PriceList:
    known = PriceList.objects.visible_to(request.user).current().select_related("brand")
    return get_object_or_404(known, pk=price_list_id)


def shown(request: SignedInRequest, found: PriceList, form: PriceForm) -> HttpResponse:
    prices = found.prices.select_related("product").order_by("product__sort_key", "product_id", "from_quantity")
    page = Paginator(prices, A_PAGE).get_page(request.GET.get("page"))
    context = {"list": found, "prices": page, "form": form}
    return render(request, "catalogue/price_list.html", context, status=INVALID if form.errors else 200)
