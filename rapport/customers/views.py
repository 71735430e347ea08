"""The pages of customers: the list and what it hands out."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.customers.listing import CUSTOMER_LIST
from rapport.customers.shown import note_columns
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs


@needs("customers.view_customer")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("customers:export", args=["x"])[:-1]
    may_add = request.user.allows("customers.add_customer")
    return answer(request, CUSTOMER_LIST, "customers/list.html", export_path=path, may_add=may_add)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    columns = CUSTOMER_LIST.listing(request.user).remembered(request).columns
    note_columns((one.name for one in columns), reader=request.user, place=request.path, at=timezone.now())
    return hand_out(request, CUSTOMER_LIST, form)
