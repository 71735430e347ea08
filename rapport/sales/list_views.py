"""The list of orders, and what it hands out."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.sales.listing import ORDER_LIST


@needs("sales.view_order")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("sales:export", args=["x"])[:-1]
    words = {
        "empty_title": _("No orders yet"),
        "empty_text": _("Orders that are imported, or sent by a shop over the API, stand here."),
    }
    return answer(request, ORDER_LIST, "lists/page.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, ORDER_LIST, form)
