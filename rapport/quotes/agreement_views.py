"""What customers are billed for again and again: the list, and what it brings each month."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.quotes.agreement_listing import AGREEMENT_LIST, each_month


@needs("quotes.view_quote")
@require_safe
def agreements(request: SignedInRequest) -> HttpResponse:
    path = reverse("quotes:export_agreements", args=["x"])[:-1]
    words = {
        "empty_title": _("Nothing is billed again and again yet"),
        "empty_text": _("What is billed by month or year in an accepted quote stands here, what ends first on top."),
        "each_month": each_month(request.user, today=timezone.localdate()),
    }
    return answer(request, AGREEMENT_LIST, "quotes/agreements.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_agreements(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, AGREEMENT_LIST, form)
