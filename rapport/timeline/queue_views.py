"""The queue of what nobody knows the customer of: look, decide, assign."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.customers.models import Customer
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.assign import assign
from rapport.timeline.models import Interaction
from rapport.timeline.queue import queue
from rapport.timeline.read import Cursor
from rapport.ui.toast import toast


@needs("timeline.view_interaction")
@require_safe
def unassigned(request: SignedInRequest) -> HttpResponse:
    before = Cursor.parse(request.GET.get("before", ""))
    shown = {"queue": queue(request.user, before=before), "first": before is None}
    return render(request, "timeline/queue.html", shown)


@needs("timeline.assign_interaction")
@require_POST
def assigned(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    customers = Customer.objects.visible_to(request.user).living()
    chosen = request.POST.get("customer", "")
    customer = get_object_or_404(customers, pk=chosen if chosen.isdigit() else 0)
    assign(interaction, customer, by=request.user, at=timezone.now())
    text = _("Assigned to %(name)s.") % {"name": customer.name}
    return toast(request, redirect("unassigned"), text)
