"""Letters in the browser: written on a customer's page, taken back, settled."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget, trigger_client_event

from rapport.consent.card import may_now
from rapport.consent.models import Message
from rapport.consent.settle import it_arrived, put_away, send_again, take_back
from rapport.customers.models import Customer, Member
from rapport.letters.compose import Beginning, Composer, composer
from rapport.letters.fill import About, fill
from rapport.letters.models import Template
from rapport.letters.outbox import outbox_of
from rapport.letters.send_letter import UNDO_SECONDS, Letter, bodies, send_letter
from rapport.letters.told import history_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("letters.write_letter")
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """The form of a letter; what is wrong with it is told beside it, so that nothing typed or chosen is lost."""
    customer = found_customer(request, customer_id)
    if request.method == "POST":
        return posted(request, customer)
    begun = Beginning(
        answers=number(request.GET.get("answers", "")), mode=request.GET.get("mode", ""), to=request.GET.get("to", "")
    )
    page = composer(customer, begun, by=request.user, at=timezone.now())
    return render(request, template_for(request), {"composer": page, "customer": customer})


def template_for(request: SignedInRequest) -> str:
    return "letters/compose.html#form" if request.htmx else "letters/compose.html"


def posted(request: SignedInRequest, customer: Customer) -> HttpResponse:
    now, by = timezone.now(), request.user
    begun = Beginning(
        answers=number(request.POST.get("answers", "")),
        mode=request.POST.get("mode", ""),
        posted=(request.POST, request.FILES),
    )
    page = composer(customer, begun, by=by, at=now)
    shown = {"composer": page, "customer": customer}
    if not page.form.is_valid():
        if not request.htmx:
            return render(request, "letters/compose.html", shown, status=422)
        response = render(request, "letters/compose.html#errors", shown, status=422)
        return reswap(retarget(response, "#letter-errors"), "innerHTML")
    given = page.form.cleaned_data
    due_at = given["send_at"] or now + timedelta(seconds=UNDO_SECONDS)
    message = send_letter(
        letter_of(page), customer, given["account"], key=str(given["key"]), by=by, due_at=due_at, at=now
    )
    response = redirect("customer", customer.pk)
    if request.htmx:
        fresh = composer(customer, Beginning(), by=by, at=now)
        response = render(request, "letters/compose.html#form", {"composer": fresh, "customer": customer})
        trigger_client_event(response, f"live:customer:{customer.pk}")
    said = _("It leaves later, as you asked.") if given["send_at"] else _("It leaves in ten seconds.")
    return toast(request, response, said, undo=reverse("letters:take_back", args=[message.pk]))


def letter_of(page: Composer) -> Letter:
    given, answer = page.form.cleaned_data, page.answer
    return Letter(
        to=given["to"],
        cc=given["cc"],
        subject=given["subject"],
        text=given["text"],
        quoted=answer.quoted if answer and given["quote"] else "",
        references=answer.references if answer else (),
        enclosed=[*(answer.contents if answer else ()), *page.form.contents()],
    )


@needs("letters.write_letter")
@require_safe
def words(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Subject and text of a template, with what is known of this customer filled in."""
    customer = found_customer(request, customer_id)
    about = About(customer, request.user, timezone.now())
    chosen = Template.objects.visible_to(request.user).filter(pk=number(request.GET.get("template", "")) or 0).first()
    subject, text = (fill(chosen.subject, about), fill(chosen.text, about)) if chosen else (None, None)
    shown = {"subject": subject, "text": text, "customer": customer}
    return render(request, "letters/words.html", shown)


@needs("letters.write_letter")
@require_POST
def preview(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """How it will read."""
    customer = found_customer(request, customer_id)
    filled = fill(request.POST.get("text", "")[:100_000], About(customer, request.user, timezone.now()))
    text, html = bodies(filled.text, "")
    return render(request, "letters/compose.html#preview", {"text": text, "html": html, "trouble": filled.trouble})


@needs("letters.view_message")
@require_safe
def outbox(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found_customer(request, customer_id)
    members = list(Member.objects.visible_to(request.user).filter(customer=customer).values_list("pk", flat=True))
    return render(
        request, "letters/outbox.html", {"outbox": outbox_of(members, reader=request.user), "customer": customer}
    )


@needs("letters.view_message")
@require_safe
def messages(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Everything that was to go to a customer: whether it did, and why not."""
    customer = found_customer(request, customer_id)
    about = Message.objects.visible_to(request.user).filter(member__customer=customer).newest_first()[:200]
    shown = {"messages_sent": history_of(about, reader=request.user), "customer": customer}
    if request.user.allows("consent.view_consent"):
        shown["may_now"] = may_now(customer, reader=request.user, at=timezone.now())
    return render(request, "letters/messages.html", shown)


STEPS = {"again": send_again, "arrived": it_arrived, "away": put_away}


@needs("letters.write_letter")
@require_POST
def settle(request: SignedInRequest, message_id: int, step: str) -> HttpResponse:
    """Send it again, say that it arrived, or put it away."""
    message = found_message(request, message_id)
    done = STEPS[step](message, by=request.user, at=timezone.now())
    response = back_to(request, message)
    return response if done else toast(request, response, _("Meanwhile something else happened to it."))


@needs("letters.write_letter")
@require_POST
def undo(request: SignedInRequest, message_id: int) -> HttpResponse:
    """Take a letter back that has not left yet; its words are there to be written on."""
    message = found_message(request, message_id)
    done = take_back(message, by=request.user, at=timezone.now())
    said = _("Taken back. It did not leave.") if done else _("Too late: it has left.")
    return toast(request, back_to(request, message), said)


def back_to(request: SignedInRequest, message: Message) -> HttpResponse:
    customer_id = message.member.customer_id if message.member else 0
    if not request.htmx:
        return redirect("customer", customer_id)
    return trigger_client_event(HttpResponse(status=204), f"live:customer:{customer_id}")


def found_message(request: SignedInRequest, message_id: int) -> Message:
    return get_object_or_404(Message.objects.visible_to(request.user).select_related("member"), pk=message_id)


def found_customer(request: SignedInRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
