"""A customer's timeline on the page: its lines, long texts, earlier versions, a new note."""

from contextlib import suppress
from datetime import date
from typing import cast

from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import replace_url, trigger_client_event

from rapport.customers.models import Customer, Member
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.forms import FilterForm, NoteForm
from rapport.timeline.live import Page, moment_of, stream, topics_of
from rapport.timeline.models import Interaction
from rapport.timeline.note import note
from rapport.timeline.presence import announce, edits
from rapport.timeline.read import Cursor, entries_of
from rapport.timeline.slice import Wanted, slice_of


@needs("timeline.view_interaction")
@require_safe
def lines(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The newest lines under other filters, those before a place, or all that is shown, anew."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    members = Member.objects.visible_to(request.user).filter(customer=customer).values_list("pk", flat=True)
    wanted = wanted_by(request)
    form = FilterForm(request.GET)
    shown = slice_of(customer, list(members), reader=request.user, form=form, wanted=wanted)
    if wanted == Wanted():
        response = render(request, "timeline/timeline.html#found", {"timeline": shown, "customer": customer})
        return replace_url(response, shown.page_url) if request.htmx else response
    return render(
        request, "timeline/timeline.html#lines", {"timeline": shown, "customer": customer, "anew": wanted.anew}
    )


def wanted_by(request: SignedInRequest) -> Wanted:
    given = request.GET
    before, down_to = Cursor.parse(given.get("before", "")), Cursor.parse(given.get("down_to", ""))
    day = None
    with suppress(ValueError):
        day = date.fromisoformat(given.get("day", ""))
    return Wanted(before, down_to, day, anew=before is None and ("top" in given or down_to is not None))


@needs("customers.view_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def live(request: SignedInRequest) -> HttpResponse:
    """A stream of the topics that have changed, for as long as the page is open; POST says what is being changed on it."""
    if request.method == "POST":
        return changing(request)
    topics = topics_of(request.GET.get("topics", ""))
    if not topics:
        return HttpResponse(status=204)
    page = Page(request.user.pk, request.session.session_key or "", topics, moment_of(request.GET.get("since", "")))
    response = StreamingHttpResponse(stream(page), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    # The stream outlives what the database was needed for.
    close_old_connections()
    return cast(HttpResponse, response)


def changing(request: SignedInRequest) -> HttpResponse:
    """Let the others on the page of `customer` know that one is `editing` a field; empty when no longer."""
    customer_id, name = number(request.POST.get("customer", "")), request.POST.get("editing", "")
    if Customer.objects.visible_to(request.user).filter(pk=customer_id).exists() and name.isprintable():
        announce([edits(customer_id, request.user.pk, name)])
    return HttpResponse(status=204)


@needs("timeline.add_interaction")
@require_POST
def add_note(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Write a note and answer with an empty form."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render(request, "timeline/note.html", {"form": form, "customer": customer}, status=422)
    note(
        customer,
        form.cleaned_data["text"],
        key=str(form.cleaned_data["key"]),
        by=request.user,
        at=timezone.now(),
    )
    if not request.htmx:
        return redirect("customer", customer.pk)
    response = render(request, "timeline/note.html", {"form": NoteForm(), "customer": customer})
    return trigger_client_event(response, f"live:customer:{customer.pk}")


@needs("timeline.view_interaction")
@require_safe
def text(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """The whole of a long text."""
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    shown = entries_of([interaction.pk], reader=request.user)[interaction.pk]
    return render(request, "timeline/timeline.html#text", {"entry": shown})


@needs("timeline.view_interaction")
@require_safe
def versions(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """What an interaction said before its source corrected it."""
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    earlier = interaction.superseded.order_by("-version")
    return render(request, "timeline/timeline.html#versions", {"earlier": earlier})
