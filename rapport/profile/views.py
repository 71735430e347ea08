"""The customer page: whole, its moving pieces anew, one panel; and whom a call was with."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from rapport.agenda.look_at import look_at
from rapport.customers.models import Customer
from rapport.customers.shown import note_shown
from rapport.identity.merge import survivor_of
from rapport.people.access import SignedInRequest, needs
from rapport.profile.fold import fold, unfold
from rapport.profile.laid_out import kept_for, panels_of
from rapport.profile.models import LONGEST
from rapport.profile.panel import Card, Subject
from rapport.profile.pick import pick
from rapport.profile.read import subject_with
from rapport.profile.shown import late, moving, whole
from rapport.timeline.forms import FilterForm, NoteForm
from rapport.timeline.slice import slice_of


@needs("customers.view_customer")
@require_safe
def page(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The page without what follows right behind it, or with ``all``; the id of a merged record leads to its survivor."""
    subject = subject_with(customer_id, reader=request.user, at=timezone.now())
    if subject is None:
        return redirect("customer", to_survivor(request, customer_id))
    look_at(subject.customer, by=request.user, at=subject.at)
    note_shown([subject.customer], reader=request.user, place=request.path, at=subject.at)
    timeline = slice_of(subject.customer, subject.member_ids, reader=request.user, form=FilterForm(request.GET))
    early, opened = "all" not in request.GET, request.GET.get("log", "note")
    shown = whole(subject, kept_for(subject), timeline, early=early, opened=opened)
    # What was shared from another app is the beginning of a note.
    begun = NoteForm(initial={"text": request.GET.get("note", "")[:20_000]})
    return render(request, "profile/customer.html", {**shown, "note_form": begun})


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
    subject = subject_with(customer_id, reader=request.user, at=timezone.now())
    if subject is None:
        # Merged while the page was open.
        return HttpResponseClientRedirect(reverse("customer", args=[to_survivor(request, customer_id)]))
    shown = moving(subject, kept_for(subject))
    return render(request, "profile/customer.html#fresh", {**shown, "anew": True})


@needs("customers.view_customer")
@require_safe
def following(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """What comes right behind the page: its late cards, and the forms that were not open yet."""
    subject = found(request, customer_id)
    shown = late(subject, kept_for(subject), opened=request.GET.get("log", ""))
    return render(request, "profile/customer.html#late", {**shown, "anew": True})


def found(request: SignedInRequest, customer_id: int) -> Subject:
    subject = subject_with(customer_id, reader=request.user, at=timezone.now())
    if subject is None:
        raise Http404
    return subject


@needs("customers.view_customer")
@require_safe
def peek(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The customer in short, beside a list."""
    subject = found(request, customer_id)
    return render(request, "profile/peek.html", moving(subject, kept_for(subject)))


@needs("customers.view_customer")
@require_safe
def panel(request: SignedInRequest, customer_id: int, name: str) -> HttpResponse:
    """One panel that was waiting to be seen."""
    subject = found(request, customer_id)
    customer = subject.customer
    known = panels_of(customer.kind, subject.fields)
    asked = next((one for one in known if one.name == name and request.user.allows(one.needs)), None)
    if asked is None:
        raise Http404
    content = asked.read(subject)
    return render(request, asked.template, {"panel": content, "customer": customer, "card": Card(asked, content)})


@needs("profile.fold_panel")
@require_POST
def folding(request: SignedInRequest, name: str) -> HttpResponse:
    """Fold a panel away on every customer's page, for oneself; or open it again."""
    if len(name) > LONGEST:
        raise Http404
    if request.POST.get("folded") == "yes":
        fold(name, by=request.user)
    else:
        unfold(name, by=request.user)
    return HttpResponse(status=204)


@needs("timeline.add_interaction")
@require_safe
def log_call(request: SignedInRequest) -> HttpResponse:
    """Whom the call was with: those seen last, or found by name, address or number."""
    words = request.GET.get("q", "")
    template = "profile/log_call.html#found" if request.htmx else "profile/log_call.html"
    return render(request, template, {"found": pick(words, reader=request.user), "words": words})
