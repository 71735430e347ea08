"""Consents in the browser: the register, what one customer said, one word with its proof, and noting another."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.consent.card import Place, card_address, places_of
from rapport.consent.forms import ConsentForm, MarkForm, ObjectionForm
from rapport.consent.ledger import Consent, Said
from rapport.consent.marks import BY_HAND, CHILD, MARKS, mark, unmark
from rapport.consent.models import Cause
from rapport.consent.object import object_as
from rapport.consent.purpose import Purpose
from rapport.consent.say import say
from rapport.consent.veiled import asked_for, veiled_words
from rapport.customers.edit import main_member
from rapport.customers.models import Customer, Member
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

LISTED = 100


@needs("consent.view_consent")
@require_safe
def register(request: SignedInRequest) -> HttpResponse:
    """Every word that was ever said, the newest first."""
    found = Consent.objects.visible_to(request.user).newest_first()
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "purpose", "said")}
    if asked["q"]:
        found = asked_for(found, asked["q"], reader=request.user)
    if number(asked["purpose"]):
        found = found.filter(purpose=number(asked["purpose"]))
    if asked["said"] in Said.values:
        found = found.filter(said=asked["said"])
    last = Consent.objects.visible_to(request.user).filter(pk=number(request.GET.get("before", ""))).first()
    if last:
        found = found.older_than(last)
    rows = list(found[: LISTED + 1])
    shown = {
        "rows": veiled_words(rows[:LISTED], reader=request.user),
        "older": rows[LISTED - 1].pk if len(rows) > LISTED else None,
        "asked": asked,
        "purposes": Purpose.objects.visible_to(request.user).order_by("pk"),
        "words": Said.choices,
    }
    return render(request, "consent/register.html", shown)


@needs("consent.view_consent")
@require_safe
def word(request: SignedInRequest, consent_id: int) -> HttpResponse:
    """One word, with the wording that was shown and its proof."""
    found = get_object_or_404(Consent.objects.visible_to(request.user).newest_first(), pk=consent_id)
    struck = Consent.objects.visible_to(request.user).filter(strikes=found).first()
    seen = Customer.objects.visible_to(request.user).living()
    whose = seen.filter(members__identifiers__kind=found.way, members__identifiers__key=found.key).distinct()[:LISTED]
    (shown,) = veiled_words([found], reader=request.user)
    return render(request, "consent/word.html", {"word": shown, "struck": struck, "whose": whose})


@needs("consent.view_consent")
@require_safe
def of_customer(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """All that was ever said for the addresses of a customer."""
    customer = the_customer(request, customer_id)
    keys = {one.key for one in places(request, customer)}
    rows = Consent.objects.visible_to(request.user).filter(key__in=keys).newest_first()[:LISTED]
    shown = {"rows": veiled_words(rows, reader=request.user), "customer": customer}
    return render(request, "consent/of_customer.html", shown)


@needs("consent.add_consent")
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Write down what a customer said."""
    customer = the_customer(request, customer_id)
    refusable = [one.pk for one in Purpose.objects.visible_to(request.user).in_use() if one.may_be_refused]
    purposes = Purpose.objects.visible_to(request.user).filter(pk__in=refusable).order_by("pk")
    where = places(request, customer)
    child = customer.conditions.filter(name=CHILD, until=None).exists()
    # The card leads here with what it is about.
    begun = {name: request.GET[name] for name in ("purpose", "place", "said") if name in request.GET}
    form = ConsentForm(request.POST or None, purposes=purposes, places=where, child=child, initial=begun)
    if request.method == "POST" and form.is_valid():
        made = say(form.word(), by=request.user, at=timezone.now())
        told = {"purpose": made.purpose, "said": made.get_said_display()}
        return toast(request, redirect(card_address(customer)), _("Written down: %(purpose)s, %(said)s.") % told)
    shown = {"form": form, "customer": customer, "places": where}
    return render(request, "consent/note.html", shown, status=422 if form.errors else 200)


@needs("consent.add_suppression")
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Write down that a customer objects, wherever they are reached."""
    customer = the_customer(request, customer_id)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        object_as(
            main_member(customer),
            Cause.OBJECTED,
            evidence=given["evidence"],
            extent=given["extent"],
            by=request.user,
            at=timezone.now(),
        )
        return toast(request, redirect(card_address(customer)), _("Noted. It holds for every address they have."))
    shown = {"form": form, "customer": customer}
    return render(request, "consent/objection.html", shown, status=422 if form.errors else 200)


@needs("consent.add_suppression")
@require_http_methods(["GET", "HEAD", "POST"])
def marks(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Say that somebody died, or that the law holds their record; or that it is so no more."""
    customer = the_customer(request, customer_id)
    form = MarkForm(request.POST or None)
    ended = request.POST.get("end", "")
    if request.method == "POST" and ended in BY_HAND:
        unmark(customer, ended, by=request.user, at=timezone.now())
        return redirect(card_address(customer))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        mark(customer, given["name"], given["evidence"], by=request.user, at=timezone.now())
        return toast(request, redirect(card_address(customer)), _("Noted."))
    stand = [one for one in customer.conditions.all() if one.name in BY_HAND and one.until is None]
    shown = {"form": form, "customer": customer, "stand": [(one, MARKS[one.name]) for one in stand]}
    return render(request, "consent/marks.html", shown, status=422 if form.errors else 200)


def the_customer(request: SignedInRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)


def places(request: SignedInRequest, customer: Customer) -> list[Place]:
    members = Member.objects.visible_to(request.user).filter(customer=customer)
    return places_of(list(members.values_list("pk", flat=True)), reader=request.user)
