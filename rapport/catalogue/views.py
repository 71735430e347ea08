"""Products: the list, one of them, new, changed, out of use; what bundles hold; suggestions while one is typed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.catalogue.fill_bundle import fill_bundle
from rapport.catalogue.forms import PartForm, ProductForm
from rapport.catalogue.keep_product import CatalogueError, keep_product, retire_product
from rapport.catalogue.listing import PRODUCT_LIST
from rapport.catalogue.product import Component, Product
from rapport.catalogue.product_page import page_of
from rapport.catalogue.suggest import suggested
from rapport.lib.ids import number
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422
ROOM = "catalogue:product"


@needs("catalogue.view_product")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("catalogue:export", args=["x"])[:-1]
    words = {
        "empty_title": _("No products yet"),
        "empty_text": _("What you sell stands here: goods, services, and what is billed again and again."),
        "may_change": request.user.allows("catalogue.change_product"),
    }
    return answer(request, PRODUCT_LIST, "catalogue/products.html", export_path=path, **words)


@needs("catalogue.view_product")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, PRODUCT_LIST, form)


@needs("catalogue.view_product")
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """Suggestions for what is being typed, as options; the field may be called as it likes."""
    texts = [text for name, text in request.GET.items() if name != "page"]
    found = suggested(str(texts[0]) if texts else "", reader=request.user)
    return render(request, "catalogue/choices.html", {"products": found})


@needs("catalogue.view_product")
@require_safe
def product(request: SignedInRequest, product_id: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(request.user).select_related("tax", "parent"), pk=product_id)
    return shown(request, found, PartForm())


def shown(request: SignedInRequest, found: Product, form: PartForm) -> HttpResponse:
    page = page_of(found, reader=request.user, today=timezone.localdate())
    status = INVALID if form.errors else 200
    return render(request, "catalogue/product.html", {"page": page, "product": found, "form": form}, status=status)


@needs("catalogue.change_product")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    parent = Product.objects.visible_to(request.user).filter(pk=number(request.GET.get("parent", ""))).first()
    blank = Product()
    if parent:
        same = ("name", "family", "unit", "every", "tax", "description")
        blank = Product(parent=parent, **{name: getattr(parent, name) for name in same})
    return kept(request, blank, _("New product"))


@needs("catalogue.change_product")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, product_id: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(request.user).select_related("parent"), pk=product_id)
    return kept(request, found, str(found))


def kept(request: SignedInRequest, product: Product, title: str) -> HttpResponse:
    form = ProductForm(request.POST or None, instance=product)
    if request.method == "POST" and form.is_valid():
        try:
            keep_product(form.save(commit=False), by=request.user, at=timezone.now())
        except CatalogueError as problem:
            form.add_error(problem.field, str(problem))
        else:
            return toast(request, redirect(ROOM, form.instance.pk), _("Saved."))
    known = Product.objects.visible_to(request.user).current()
    more = {
        name: list(known.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:200])
        for name in ("family", "unit")
    }
    back = reverse(ROOM, args=[product.pk]) if product.pk else reverse("catalogue:list")
    shown = {"form": form, "title": title, "families": more["family"], "units": more["unit"], "back": back}
    return render(request, "catalogue/change.html", shown, status=INVALID if form.errors else 200)


@needs("catalogue.change_product")
@require_POST
def retire(request: SignedInRequest, product_id: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(request.user), pk=product_id)
    retire_product(found, by=request.user, at=timezone.now())
    return toast(
        request, redirect(ROOM, found.pk), _("“%(name)s” is out of use. What was sold of it stays.") % {"name": found}
    )


@needs("catalogue.change_product")
@require_POST
def take_up(request: SignedInRequest, product_id: int) -> HttpResponse:
    found = get_object_or_404(Product.objects.visible_to(request.user), pk=product_id)
    retire_product(found, by=request.user, at=timezone.now(), again=True)
    return toast(request, redirect(ROOM, found.pk), _("“%(name)s” is in use again.") % {"name": found})


@needs("catalogue.change_product")
@require_POST
def put_part(request: SignedInRequest, product_id: int) -> HttpResponse:
    """Put a part into a bundle, or say anew how much of it."""
    found = get_object_or_404(Product.objects.visible_to(request.user).select_related("tax", "parent"), pk=product_id)
    form = PartForm(request.POST)
    if form.is_valid():
        try:
            given = form.cleaned_data
            fill_bundle(found, {given["product"]: given["quantity"]}, by=request.user, at=timezone.now())
        except CatalogueError as problem:
            form.add_error(problem.field, str(problem))
        else:
            return toast(request, redirect(ROOM, found.pk), _("Saved."))
    return shown(request, found, form)


@needs("catalogue.change_product")
@require_POST
def drop_part(request: SignedInRequest, component_id: int) -> HttpResponse:
    parts = Component.objects.visible_to(request.user).select_related("bundle", "product")
    found = get_object_or_404(parts, pk=component_id)
    fill_bundle(found.bundle, {found.product: found.quantity * 0}, by=request.user, at=timezone.now())
    return toast(request, redirect(ROOM, found.bundle_id), _("“%(name)s” taken out.") % {"name": found.product})
