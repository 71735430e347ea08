"""Sequences in the browser: declared, started, stopped, and how they go."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.customers.models import Customer
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.sequences import declare as ways
from rapport.sequences.forms import SequenceForm
from rapport.sequences.models import Course, Sequence
from rapport.sequences.read import sequence_page, sequences_of
from rapport.sequences.start import About, SequenceError
from rapport.sequences.start import start as begin
from rapport.sequences.stop import stop as end
from rapport.sequences.told import in_words
from rapport.ui.toast import toast

INVALID = 422


@needs("letters.write_letter")
@require_safe
def sequences(request: SignedInRequest) -> HttpResponse:
    told = {"lines": sequences_of(request.user), "may_declare": request.user.allows("letters.change_template")}
    return render(request, "sequences/list.html", told)


@needs("letters.write_letter")
@require_safe
def sequence(request: SignedInRequest, sequence_id: int) -> HttpResponse:
    """Who is where, who answered, and why it ended for others."""
    found = get_object_or_404(Sequence.objects.visible_to(request.user).select_related("purpose"), pk=sequence_id)
    told = {**sequence_page(found, request.user), "may_declare": request.user.allows("letters.change_template")}
    return render(request, "sequences/sequence.html", told)


@needs("letters.change_template")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    return edited(request, None)


@needs("letters.change_template")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, sequence_id: int) -> HttpResponse:
    return edited(request, get_object_or_404(Sequence.objects.visible_to(request.user), pk=sequence_id))


def edited(request: SignedInRequest, known: Sequence | None) -> HttpResponse:
    form = SequenceForm(request.POST or None, writer=request.user, instance=known)
    if request.method == "POST" and form.is_valid():
        made = ways.declare(form.save(commit=False), form.steps(), by=request.user, at=timezone.now())
        return toast(request, redirect("sequences:sequence", made.pk), _("Saved."))
    told = {"form": form, "sequence": known}
    return render(request, "sequences/edit.html", told, status=INVALID if form.errors else 200)


@needs("letters.change_template")
@require_POST
def retire(request: SignedInRequest, sequence_id: int) -> HttpResponse:
    found = get_object_or_404(Sequence.objects.visible_to(request.user), pk=sequence_id)
    ways.retire(found, at=timezone.now())
    return toast(request, redirect("sequences:list"), _("Nobody is started any more. Who is in it goes on."))


@needs("letters.write_letter")
@require_POST
def start(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    wanted = number(request.POST.get("sequence", ""))
    found = Sequence.objects.visible_to(request.user).current().filter(pk=wanted).first()
    if found is None:
        return toast(request, redirect("customer", customer.pk), _("Choose a sequence first."))
    try:
        begin(found, customer, About(), by=request.user, at=timezone.now())
    except SequenceError as problem:
        return toast(request, redirect("customer", customer.pk), in_words(str(problem)))
    return toast(request, redirect("customer", customer.pk), _("Started. It stops by itself at an answer."))


@needs("letters.write_letter")
@require_POST
def stop(request: SignedInRequest, course_id: int) -> HttpResponse:
    found = get_object_or_404(Course.objects.visible_to(request.user).select_related("member"), pk=course_id)
    done = end(found.pk, Course.End.BY_HAND, by=request.user, at=timezone.now())
    words = _("Stopped. What had not left yet is taken back.") if done else _("It had ended already.")
    return toast(request, redirect("customer", found.member.customer_id), words)
