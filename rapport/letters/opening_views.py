"""Begin a note or a task with a template: which there are, and the form with the words of the one that was chosen."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from rapport.agenda.forms import TaskForm
from rapport.customers.models import Customer
from rapport.letters.fill import About, Filled, fill
from rapport.letters.models import Template
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.forms import NoteForm
from rapport.ui.toast import toast

LONGEST = {"note": 20_000, "task": 400}


@needs("letters.write_letter")
@require_safe
def openings(request: SignedInRequest, customer_id: int, use: str) -> HttpResponse:
    """The templates to choose from, in place of the button that asked."""
    shown = {
        "customer": found_customer(request, customer_id),
        "use": known(use),
        "templates": Template.objects.visible_to(request.user).offered(use),
        "may_add": request.user.allows("letters.change_template"),
    }
    return render(request, "letters/openings.html", shown)


@needs("letters.write_letter")
@require_POST
def opening(request: SignedInRequest, customer_id: int, use: str) -> HttpResponse:
    """The form with the template's words behind what was written already; nothing is kept yet."""
    customer = found_customer(request, customer_id)
    offered = Template.objects.visible_to(request.user).offered(known(use))
    chosen = offered.filter(pk=number(request.POST.get("template", "")) or 0).first()
    filled = fill(chosen.text if chosen else "", About(customer, request.user, timezone.now()))
    if use == "note":
        text = "\n\n".join(filter(None, [request.POST.get("text", "").rstrip(), filled.text]))
        note = NoteForm(initial={"key": request.POST.get("key", ""), "text": text[: LONGEST[use]]})
        return told(request, render(request, "timeline/note.html", {"form": note, "customer": customer}), filled)
    title = " ".join(f"{request.POST.get('title', '')} {filled.text}".split())[: LONGEST[use]]
    said = {name: request.POST.get(name, "") for name in ("due_on", "due_time", "assignee")}
    task = TaskForm(initial={**said, "title": title})
    return told(request, render(request, "agenda/add.html", {"form": task, "customer": customer}), filled)


def told(request: SignedInRequest, response: HttpResponse, filled: Filled) -> HttpResponse:
    return toast(request, response, filled.trouble) if filled.trouble else response


def known(use: str) -> str:
    if use not in LONGEST:
        raise Http404
    return use


def found_customer(request: SignedInRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
