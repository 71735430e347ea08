"""Merge two customers by hand, with the result seen before; and take it back at any time."""

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.customers.models import Customer
from rapport.fields.models import CustomField
from rapport.identity.choose import choosable
from rapport.identity.compare import compare
from rapport.identity.joined import joined_in_words
from rapport.identity.merge import MergeError, merge, survivor_of
from rapport.identity.models import Merge
from rapport.identity.unmerge import merged_under, unmerge
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.ui.toast import toast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFUSALS: "dict[str, StrOrPromise]" = {
    "same": gettext_lazy("This is one and the same record. Choose another one."),
    "merged already": gettext_lazy("One of the two became part of another record before. Merge with that one instead."),
    "kinds differ": gettext_lazy(
        "A person, a company and a household are different things and stay apart. Say instead how they hang together: "
        "add a relationship on the customer's page."
    ),
    "in the trash": gettext_lazy("One of the two is in the trash. Restore it first."),
    "held by law": gettext_lazy(
        "A legal hold stands on the record that would go. Let it stay and merge the other one into it, or end the hold first."
    ),
    "undone already": gettext_lazy("This merge has been taken back before."),
}


@needs("identity.merge_customer")
def pair(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Choose the other one, look at the result, merge."""
    stays = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    goes = other(request)
    if goes is None:
        return render(request, "identity/merge_choose.html", {"customer": stays})
    try:
        if request.method == "POST":
            return merged(request, stays, goes)
        shown = {"comparison": compare(stays, goes, reader=request.user)}
    except MergeError as error:
        return refused(request, stays, goes, error)
    return render(request, "identity/merge.html", shown)


def other(request: SignedInRequest) -> Customer | None:
    """The other customer that was chosen; not found when it is another team's."""
    chosen = (request.POST if request.method == "POST" else request.GET).get("other", "")
    if not chosen:
        return None
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=number(chosen))


def merged(request: SignedInRequest, stays: Customer, goes: Customer) -> HttpResponse:
    now = timezone.now()
    merge(stays, goes, by=request.user, at=now, choices=chosen(request, stays, goes))
    return toast(request, redirect("customer", stays.pk), joined_in_words(goes, stays), undo=undo_of(request.user, now))


def chosen(request: SignedInRequest, stays: Customer, goes: Customer) -> dict[str, Customer]:
    """Field → whose value is right, as far as the form says so."""
    sides = {str(one.pk): one for one in (stays, goes)}
    names = choosable(CustomField.objects.visible_to(request.user).in_order())
    said = {name: sides.get(request.POST.get(f"choice_{name}", "")) for name in names}
    return {name: customer for name, customer in said.items() if customer}


def refused(request: SignedInRequest, stays: Customer, goes: Customer, error: MergeError) -> HttpResponse:
    shown = {"customer": stays, "other": goes, "refusal": REFUSALS[error.code]}
    return render(request, "identity/merge_choose.html", shown, status=409)


@needs("customers.view_customer")
@require_safe
def merges(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """All merges that this customer was ever part of, with a way back for each."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    shown = {
        "customer": customer,
        "merges": merges_of(customer_id, request.user),
        "may_undo": request.user.allows("identity.merge_customer"),
    }
    return render(request, "identity/merges.html", shown)


def merges_of(customer_id: int, reader: User) -> QuerySet[Merge]:
    family = {customer_id, *merged_under(survivor_of(customer_id))}
    found = Merge.objects.visible_to(reader).filter(Q(survivor__in=family) | Q(absorbed__in=family))
    return found.select_related("survivor", "absorbed", "by", "undone_by").order_by("-at", "-pk")


@needs("identity.merge_customer")
@require_POST
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    found = get_object_or_404(Merge.objects.visible_to(request.user).select_related("absorbed"), pk=merge_id)
    root = survivor_of(found.survivor_id)
    now = timezone.now()
    try:
        unmerge(found, by=request.user, at=now)
    except MergeError as error:
        return toast(request, redirect("customer", root), str(REFUSALS[error.code]))
    text = _("Taken back: %(name)s stands alone again.") % {"name": found.absorbed.name}
    answer = redirect("identity_merge:merges", found.absorbed_id)
    return toast(request, answer, text, undo=undo_of(request.user, now))
