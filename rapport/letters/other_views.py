"""Text messages and letters on paper in the browser, from a customer's page."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.consent.gate import takes
from rapport.customers.models import Customer
from rapport.customers.wishes import stated
from rapport.letters.fill import About
from rapport.letters.other_forms import NoteForm
from rapport.letters.other_ways import POST, TEXT, Note, against, offers, places, send_note
from rapport.letters.send_letter import UNDO_SECONDS
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.models import ChannelChoice
from rapport.ui.toast import toast


@needs("letters.write_letter")
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """A text message to one of their numbers."""
    return written(request, customer_id, TEXT)


@needs("letters.write_letter")
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """A letter on paper."""
    return written(request, customer_id, POST)


def written(request: SignedInRequest, customer_id: int, channel: str) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    now, can = timezone.now(), takes(channel)
    form = NoteForm(request.POST or None, about=About(customer, request.user, now), channel=channel)
    if request.method == "POST" and can and form.is_valid():
        return sent(request, customer, form)
    known = places(customer, channel, writer=request.user)
    shown = {
        "form": form,
        "customer": customer,
        "label": ChannelChoice(channel).label,
        "channel": channel,
        "open": can,
        "known": known,
        "asked": stated(customer, at=now),
        "against": against(known, customer, channel, at=now),
        "offers": offers(customer, writer=request.user),
    }
    return render(request, "letters/other.html", shown, status=422 if form.errors else 200)


def sent(request: SignedInRequest, customer: Customer, form: NoteForm) -> HttpResponse:
    given, now = form.cleaned_data, timezone.now()
    note = Note(form.channel, given["to"], given["text"], given.get("subject", ""))
    due_at = given["send_at"] or now + timedelta(seconds=UNDO_SECONDS)
    message = send_note(note, customer, key=str(given["key"]), by=request.user, due_at=due_at, at=now)
    said = _("It leaves later, as you asked.") if given["send_at"] else _("It leaves in ten seconds.")
    undo = reverse("letters:take_back", args=[message.pk])
    return toast(request, redirect("customer", customer.pk), said, undo=undo)
