"""The list of interactions, and what it hands out."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.listing import INTERACTION_LIST


@needs("timeline.view_interaction")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("timeline:export", args=["x"])[:-1]
    words = {
        "empty_title": _("Nothing on the timeline yet"),
        "empty_text": _("Whatever passes between customers and you, on any channel, stands here."),
    }
    return answer(request, INTERACTION_LIST, "lists/page.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, INTERACTION_LIST, form)
