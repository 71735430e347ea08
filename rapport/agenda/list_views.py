"""The list of tasks, and what it hands out."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.agenda.listing import TASK_LIST
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs


@needs("agenda.view_task")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("agenda:export", args=["x"])[:-1]
    words = {"empty_title": _("No tasks yet"), "empty_text": _("Tasks that you add on a customer's page stand here.")}
    return answer(request, TASK_LIST, "lists/page.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, TASK_LIST, form)
