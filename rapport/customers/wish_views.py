"""Preferences on the customer page: the list anew, one more, one taken back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from rapport.customers.models import Customer, Member
from rapport.customers.preference import Preference
from rapport.customers.wish import wish, withdraw
from rapport.customers.wish_forms import WishForm
from rapport.customers.wish_panel import wish_panel
from rapport.customers.wishes import said_of
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("customers.view_customer")
@require_safe
def wishes(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """What holds and what held, without the form."""
    return shown(request, found(request, customer_id), piece="list")


@needs("customers.change_customer")
@require_POST
def add_wish(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Keep one more wish and answer with the card, its form empty again."""
    customer = found(request, customer_id)
    form = WishForm(request.POST)
    if not form.is_valid():
        return shown(request, customer, form=form, status=422)
    now = timezone.now()
    wish(customer, form.cleaned_data["said"], by=request.user, at=now)
    return done(request, customer, _("Kept."), undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def drop_wish(request: SignedInRequest, customer_id: int, preference_id: int) -> HttpResponse:
    """The wish no longer holds; that it was said stays."""
    customer = found(request, customer_id)
    preferences = Preference.objects.visible_to(request.user).filter(member__customer=customer)
    now = timezone.now()
    withdraw(customer, get_object_or_404(preferences, pk=preference_id), by=request.user, at=now)
    words = _("Taken back. What was said stays in the history.")
    return done(request, customer, words, undo=undo_of(request.user, now))


def found(request: SignedInRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)


def done(request: SignedInRequest, customer: Customer, words: str, *, undo: str) -> HttpResponse:
    if not request.htmx:
        return toast(request, redirect("customer", customer.pk), words, undo=undo)
    answer = trigger_client_event(shown(request, customer), f"live:customer:{customer.pk}")
    return toast(request, answer, words, undo=undo)


def shown(
    request: SignedInRequest, customer: Customer, *, form: WishForm | None = None, piece: str = "", status: int = 200
) -> HttpResponse:
    members = Member.objects.visible_to(request.user).filter(customer=customer)
    said = said_of(list(members.values_list("pk", flat=True)))
    panel = wish_panel(said, reader=request.user, at=timezone.now(), form=form)
    template = f"customers/wishes.html#{piece}" if piece else "customers/wishes.html"
    return render(request, template, {"panel": panel, "customer": customer}, status=status)
