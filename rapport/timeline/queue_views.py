"""The queue of what nobody knows the customer of: look, decide, assign."""

from dataclasses import replace
from datetime import datetime

from django import forms
from django.db.models import Max, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.customers.models import Customer, Kind, Member
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.lists.record_list import Deeds, deeds_of
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.timeline.adopt import adopt
from rapport.timeline.assign import assign
from rapport.timeline.listing import INTERACTION_LIST
from rapport.timeline.models import Interaction
from rapport.timeline.queue import explained, queue
from rapport.timeline.read import Cursor
from rapport.ui.toast import toast

ASSIGN = "assign"


class NewcomerForm(forms.Form):
    """A customer nobody knew."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=400)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)


@needs("timeline.view_interaction")
@require_safe
def unassigned(request: SignedInRequest) -> HttpResponse:
    before = Cursor.parse(request.GET.get("before", ""))
    shown = {
        "queue": queue(request.user, before=before),
        "may_assign": request.user.allows("timeline.assign_interaction"),
        "may_add": request.user.allows("customers.add_customer"),
        "kinds": Kind.choices,
        "bulk": together(request.user),
    }
    return render(request, "timeline/queue.html", shown)


def together(reader: User) -> Deeds | None:
    """Several at once go to one customer as they do in the list of the timeline."""
    found = deeds_of(INTERACTION_LIST, reader)
    return replace(found, deeds=[one for one in found.deeds if one.name == ASSIGN]) if found else None


@needs("timeline.assign_interaction")
@require_POST
def assigned(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """Give an interaction to the customer that was chosen."""
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    chosen = request.POST.get("other", "")
    if not chosen:
        return refused(request, _("Choose a customer first."))
    customers = Customer.objects.visible_to(request.user).living()
    customer = get_object_or_404(customers, pk=number(chosen))
    now = timezone.now()
    assign(interaction, customer, by=request.user, at=now)
    return done(request, customer, now)


@needs("customers.add_customer")
@require_POST
def adopted(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """Make a new customer of it."""
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    form = NewcomerForm(request.POST)
    if not form.is_valid():
        return refused(request, _("A new customer needs a name."))
    given, waiting = form.cleaned_data, explained([interaction.pk], reader=request.user)[0]
    kind, now = Kind(given["kind"]), timezone.now()
    customer = adopt(interaction, given["name"], kind, waiting.identities, by=request.user, at=now)
    if customer is None:
        return refused(request, _("Somebody has assigned this one in the meantime."))
    return done(request, customer, now)


def refused(request: SignedInRequest, text: str) -> HttpResponse:
    """Say why nothing happened; what is on the page stays."""
    response = HttpResponse(status=204) if request.htmx else redirect("unassigned")
    return toast(request, response, text)


def done(request: SignedInRequest, customer: Customer, now: datetime) -> HttpResponse:
    """The line as it is afterwards for HTMX; without it the queue again."""
    text, undo = _("Assigned to %(name)s.") % {"name": customer.name}, undo_of(request.user, now)
    answer: HttpResponse = redirect("unassigned")
    if request.htmx:
        answer = render(request, "timeline/queue.html#assigned", {"customer": customer})
    return toast(request, answer, text, undo=undo)


@needs("timeline.view_interaction")
@require_safe
def amount(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """How much has passed between a customer and us, in a sentence."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=customer_id)
    members = Member.objects.visible_to(request.user).filter(customer=customer)
    found = members.aggregate(count=Sum("tallies__count"), last=Max("tallies__last_at"))
    return render(request, "timeline/amount.html", found)
