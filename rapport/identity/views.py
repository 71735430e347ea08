"""Writing a new customer down."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.customers.forms import own_of_new
from rapport.customers.models import Customer, Kind
from rapport.customers.veil import thinned
from rapport.identity.enter import Entered, enter
from rapport.identity.forms import IDENTIFYING, NewCustomerForm, readable
from rapport.identity.similar import Similar, holders_of, similar_names
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID, LONGEST = 422, 400


@dataclass(frozen=True)
class Known:
    """Whom the new one may be, as far as the reader may see them; `hidden` when there is somebody else, too."""

    customers: list[Customer]
    proven: bool
    hidden: bool


@needs("customers.add_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        first = {"owner": request.user.pk, **{name: request.GET.get(name, "") for name in ("name", "phones")}}
        first["kind"] = request.GET.get("kind") or Kind.PERSON
        return render(
            request, "identity/new.html", {"form": NewCustomerForm(initial=first, own=own_of_new(request.user))}
        )
    form = NewCustomerForm(request.POST, own=own_of_new(request.user))
    if not form.is_valid():
        return render(request, "identity/new.html", {"form": form}, status=INVALID)
    done = enter(form.record(), sure="sure" in request.POST, by=request.user, at=timezone.now())
    if done.customer_id is None:
        like = known(request, done)
        if like.proven or like.customers:
            return render(request, "identity/new.html", {"form": form, "known": like}, status=INVALID)
        # Only other teams know somebody like it, and that is not for this reader's eyes.
        done = enter(form.record(), sure=True, by=request.user, at=timezone.now())
    created = Customer.objects.visible_to(request.user).filter(pk__in=[done.customer_id]).first()
    if created:
        return toast(request, redirect("customer", created.pk), _("Created."))
    words = _("Created. The record belongs to another team, so you don't see it.")
    return toast(request, redirect("customers:list"), words)


@needs("customers.add_customer")
@require_safe
def similar(request: SignedInRequest) -> HttpResponse:
    """Whom we know like what stands in one field of the form, while it is typed."""
    found, given = Similar(), request.GET
    if given.get("name", "").strip():
        found = similar_names(given["name"][:LONGEST], given.get("kind", ""), reader=request.user)
    for name, kind in IDENTIFYING.items():
        if given.get(name):
            found = holders_of(readable(kind, given[name]), reader=request.user)
    return render(request, "identity/similar.html", {"similar": found})


def known(request: SignedInRequest, done: Entered) -> Known:
    """Those of them that the reader may see."""
    ids: Sequence[int] = done.proven or done.alike
    seen = list(Customer.objects.visible_to(request.user).filter(pk__in=ids).order_by("sort_key", "pk"))
    return Known(thinned(seen, reader=request.user), bool(done.proven), len(seen) < len(ids))
