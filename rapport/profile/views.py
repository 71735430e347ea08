"""The customer page: whole, its moving pieces anew, one panel; and whom a call was with."""

from collections.abc import Iterable
from typing import cast

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from rapport.agenda.forms import CallForm, TaskForm
from rapport.agenda.look_at import look_at
from rapport.customers.models import Customer
from rapport.identity.merge import survivor_of
from rapport.letters.outbox import outbox_of
from rapport.people.access import SignedInRequest, needs
from rapport.profile.panel import Card, Panel, Side, Subject, cards
from rapport.profile.pick import pick
from rapport.profile.read import page_of, subject_of
from rapport.timeline.forms import FilterForm, NoteForm
from rapport.timeline.read import Entry
from rapport.timeline.slice import slice_of


@needs("customers.view_customer")
@require_safe
def page(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The page; the id of a record that was merged leads to its survivor."""
    customers = Customer.objects.visible_to(request.user).select_related("owner", "team")
    customer = customers.living().filter(pk=customer_id).first()
    if customer is None:
        return redirect("customer", to_survivor(request, customer_id))
    now = timezone.now()
    look_at(customer, by=request.user, at=now)
    subject = subject_of(customer, reader=request.user, at=now)
    timeline = slice_of(customer, subject.member_ids, reader=request.user, form=FilterForm(request.GET))
    shown = {
        **moving(request, subject, timeline.entries),
        "timeline": timeline,
        "note_form": NoteForm(),
        "call_form": CallForm(),
        "task_form": TaskForm(initial={"assignee": request.user}),
        "outbox": outbox_of(subject.member_ids, reader=request.user),
        "may_mail": request.user.allows("letters.write_letter"),
        "log": request.GET.get("log", "note"),
    }
    return render(request, "profile/customer.html", shown)


def to_survivor(request: SignedInRequest, customer_id: int) -> int:
    """Where a record lives on that is not here; nowhere, when the reader may not see it."""
    survivor_id = survivor_of(customer_id)
    if not Customer.objects.visible_to(request.user).living().exclude(pk=customer_id).filter(pk=survivor_id).exists():
        raise Http404
    return survivor_id


@needs("customers.view_customer")
@require_safe
def fresh(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Everything on the page that may have changed, except the timeline and what is being written."""
    customers = Customer.objects.visible_to(request.user).living().select_related("owner", "team")
    customer = customers.filter(pk=customer_id).first()
    if customer is None:
        # Merged while the page was open.
        return HttpResponseClientRedirect(reverse("customer", args=[to_survivor(request, customer_id)]))
    subject = subject_of(customer, reader=request.user, at=timezone.now())
    return render(request, "profile/customer.html#fresh", {**moving(request, subject), "anew": True})


def moving(request: SignedInRequest, subject: Subject, read: Iterable[Entry] = ()) -> dict[str, object]:
    return {
        "page": page_of(subject, read),
        "customer": subject.customer,
        "who": cards(panels(), subject, Side.WHO),
        "now": cards(panels(), subject, Side.NOW),
        "may_write": request.user.allows("timeline.add_interaction"),
        "may_change": request.user.allows("customers.change_customer"),
        "may_merge": request.user.allows("identity.merge_customer"),
        "may_change_task": request.user.allows("agenda.change_task"),
    }


def panels() -> tuple[Panel, ...]:
    return cast(tuple[Panel, ...], import_string(settings.PANELS)["customer"])


@needs("customers.view_customer")
@require_safe
def panel(request: SignedInRequest, customer_id: int, name: str) -> HttpResponse:
    """One panel that was waiting to be seen."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    found = next((one for one in panels() if one.name == name and request.user.allows(one.needs)), None)
    if found is None:
        raise Http404
    content = found.read(subject_of(customer, reader=request.user, at=timezone.now()))
    return render(request, found.template, {"panel": content, "customer": customer, "card": Card(found, content)})


@needs("timeline.add_interaction")
@require_safe
def log_call(request: SignedInRequest) -> HttpResponse:
    """Whom the call was with: those seen last, or found by name, address or number."""
    words = request.GET.get("q", "")
    found = pick(words, reader=request.user)
    template = "profile/log_call.html#found" if request.htmx else "profile/log_call.html"
    return render(request, template, {"found": found, "words": words})
