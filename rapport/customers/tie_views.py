"""How a customer stands to others, on a page of its own: the tree, the list, the picture, and changing them in place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.customers.circle import group_of
from rapport.customers.ego import network_of
from rapport.customers.household import found_household, neighbours
from rapport.customers.known import Tie, listed, ties_of
from rapport.customers.models import Customer, Kind, Relationship
from rapport.customers.relate import RelateError, amend, relate
from rapport.customers.tie_forms import AmendForm, TieForm
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422


@dataclass(frozen=True)
class Line:
    """One relationship with the form that changes it."""

    tie: Tie
    form: AmendForm


@needs("customers.view_customer")
@require_safe
def relations(request: SignedInRequest, customer_id: int) -> HttpResponse:
    return page(request, found(request, customer_id))


def found(request: SignedInRequest, customer_id: int) -> Customer:
    living = Customer.objects.visible_to(request.user).living().select_related("owner", "team")
    return get_object_or_404(living, pk=customer_id)


def page(
    request: SignedInRequest, customer: Customer, *, form: TieForm | None = None, wrong: AmendForm | None = None
) -> HttpResponse:
    """The page, with the form that was sent as it was sent."""
    asked = [one for one in request.GET.getlist("kind") if one in Relationship.Kind.values]
    ties = listed(ties_of(customer, reader=request.user))
    network = network_of(customer, reader=request.user, kinds=asked)
    shown = {
        "customer": customer,
        "lines": lines(ties, wrong),
        "kinds": [(value, label, value in asked) for value, label in Relationship.Kind.choices],
        "group": group_of(customer, reader=request.user) if customer.kind != Kind.PERSON else [],
        "network": network,
        "neighbours": [] if lives(ties) else neighbours(customer, reader=request.user),
        "may_change": request.user.allows("customers.change_customer"),
        "may_add": request.user.allows("customers.add_customer"),
        "form": form or TieForm(),
    }
    return render(request, "customers/relations.html", shown, status=INVALID if form or wrong else None)


def lines(ties: Iterable[Tie], wrong: AmendForm | None) -> list[Line]:
    forms = (AmendForm(None, tie.relationship) for tie in ties)
    return [
        Line(tie, wrong if wrong and wrong.auto_id == form.auto_id else form)
        for tie, form in zip(list(ties), forms, strict=True)
    ]


def lives(ties: Iterable[Tie]) -> bool:
    """Whether they are known to live in a household today."""
    return any(one.outward and one.other.kind == Kind.HOUSEHOLD and one.relationship.until is None for one in ties)


@needs("customers.change_customer")
@require_POST
def add_relation(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    form = TieForm(request.POST)
    if not form.is_valid():
        return page(request, customer, form=form)
    said = form.cleaned_data
    other = Customer.objects.visible_to(request.user).living().filter(pk=said["other"]).first()
    if other is None:
        form.add_error("other", _("Choose another customer from the list."))
        return page(request, customer, form=form)
    one, two = (customer, other) if form.outward else (other, customer)
    now = timezone.now()
    try:
        relate(one, two, form.kind, role=said["role"], since=said["since"], by=request.user, at=now)
    except RelateError as problem:
        form.add_error("other", str(problem))
        return page(request, customer, form=form)
    return back(request, customer, _("Related to %(name)s.") % {"name": other.name}, now)


@needs("customers.change_customer")
@require_POST
def amend_relation(request: SignedInRequest, customer_id: int, relationship_id: int) -> HttpResponse:
    """Change or end a relationship, from either side."""
    customer = found(request, customer_id)
    ties = ties_of(customer, reader=request.user)
    tie = next((one.relationship for one in ties if one.relationship.pk == relationship_id), None)
    if tie is None:
        raise Http404
    form = AmendForm(request.POST, tie)
    if not form.is_valid():
        return page(request, customer, wrong=form)
    said = form.cleaned_data
    until, now = timezone.localdate() if "end" in request.POST else said["until"], timezone.now()
    try:
        amend(tie, role=said["role"], since=said["since"], until=until, by=request.user, at=now)
    except RelateError as problem:
        form.add_error("until", str(problem))
        return page(request, customer, wrong=form)
    return back(request, customer, _("Ended; it stays on record.") if until else _("Saved."), now)


@needs("customers.add_customer")
@require_POST
def add_household(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """A new household of this person and of those ticked beside."""
    customer = found(request, customer_id)
    name = " ".join(request.POST.get("name", "").split())[:400]
    ticked = [one for one in request.POST.getlist("people") if one.isdigit()]
    people = [one for one in neighbours(customer, reader=request.user) if str(one.pk) in ticked]
    people = [one for one in people if one.kind == Kind.PERSON]
    if not name or customer.kind != Kind.PERSON:
        return toast(request, redirect("customers:relations", customer.pk), _("Give the household a name."))
    household = found_household(name, [customer, *people], by=request.user, at=timezone.now())
    return toast(request, redirect("customer", household.pk), _("Household made."))


def back(request: SignedInRequest, customer: Customer, words: str, now: datetime) -> HttpResponse:
    answer = redirect("customers:relations", customer.pk)
    return toast(request, answer, words, undo=undo_of(request.user, now))
