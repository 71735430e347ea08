"""Putting one customer into the trash, from its page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.customers.discard import discard
from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("customers.delete_customer")
@require_POST
def delete(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    now = timezone.now()
    discard([customer.pk], by=request.user, at=now)
    words = _("%(name)s is in the trash, for thirty days.") % {"name": customer.name}
    return toast(request, redirect("customers:list"), words, undo=undo_of(request.user, now))
