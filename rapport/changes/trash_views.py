"""The trash: what lies there, and bringing one back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.customers.bring_back import bring_back
from rapport.customers.trash import KEPT, Trashed
from rapport.customers.trash_listing import TRASH_LIST
from rapport.customers.veil import thin
from rapport.journal.change import Deed
from rapport.journal.keep import keep, undo_of
from rapport.lists.answer import answer
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("customers.delete_customer")
@require_safe
def trash(request: SignedInRequest) -> HttpResponse:
    return answer(request, TRASH_LIST, "changes/trash.html")


@needs("customers.delete_customer")
@require_safe
def trashed(request: SignedInRequest, trashed_id: int) -> HttpResponse:
    rows = Trashed.objects.visible_to(request.user).there().select_related("customer", "by")
    one = get_object_or_404(rows, pk=trashed_id)
    one.customer = thin(one.customer, reader=request.user)
    return render(request, "changes/trashed.html", {"trashed": one, "restorable": one.at > timezone.now() - KEPT})


@needs("customers.delete_customer")
@require_POST
def restore(request: SignedInRequest, trashed_id: int) -> HttpResponse:
    """Bring one back, exactly as it went."""
    found = get_object_or_404(
        Trashed.objects.visible_to(request.user).there().select_related("customer"), pk=trashed_id
    )
    now = timezone.now()
    back = bring_back([found.customer_id], by=request.user, at=now)
    if not back:
        words = _("It has lain in the trash for more than thirty days, or is back already.")
        return toast(request, redirect("changes:trash"), words)
    keep(Deed.RETURNED, back, by=request.user, at=now, back={"customers": back}, names=[found.customer.name])
    words = _("%(name)s is back.") % {"name": found.customer.name}
    return toast(request, redirect("customer", found.customer_id), words, undo=undo_of(request.user, now))
