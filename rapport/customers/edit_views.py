"""Changing a customer: the page with all its fields, one field in place, and what is written down around it."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from rapport.customers.correct import correct
from rapport.customers.detail import IN_PLACE, LINKS, Detail, detail, detail_of_way
from rapport.customers.edit import edit
from rapport.customers.entry import Entry
from rapport.customers.forms import (
    AddressForm,
    CorrectForm,
    DetailsForm,
    IdentifierForm,
    RelateForm,
    details_of,
    own_of,
)
from rapport.customers.identify import identify, unidentify
from rapport.customers.known import addresses_of, ties_of, ways_of
from rapport.customers.locate import leave, locate
from rapport.customers.models import Address, Customer, Identifier, Relationship
from rapport.customers.more import more_of
from rapport.customers.opened import OpenedForm
from rapport.customers.relate import RelateError, relate, unrelate
from rapport.customers.share import share
from rapport.customers.veil import hidden_columns, hidden_kinds, thinned, veiled
from rapport.fields.models import CustomField
from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422


def found(request: SignedInRequest, customer_id: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)


def found_to_write(request: SignedInRequest, customer_id: int) -> Customer:
    """Held when something was sent: what it is compared with is then what it overwrites."""
    rows = Customer.objects.visible_to(request.user).living()
    held = rows.select_for_update(no_key=True) if request.method == "POST" else rows
    return get_object_or_404(held, pk=customer_id)


@needs("customers.change_customer")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def edit_page(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found_to_write(request, customer_id)
    if request.method != "POST":
        return page(request, customer)
    own = own_of(customer, writer=request.user)
    form = DetailsForm(request.POST, initial=details_of(customer), own=own, closed=hidden_columns(request.user))
    if not form.is_valid():
        return page(request, customer, details=form)
    now = timezone.now()
    if form.changes():
        edit(customer, form.changes(), by=request.user, at=now)
    return after(request, customer, _("Saved."), undo=undo_of(request.user, now))


def page(request: SignedInRequest, customer: Customer, **forms: object) -> HttpResponse:
    """The page, with the form that was sent as it was sent."""
    shown = {
        "customer": customer,
        "ways": ways_of(customer, reader=request.user),
        "addresses": thinned(addresses_of(customer), reader=request.user),
        "ties": ties_of(customer, reader=request.user),
        "details": forms.get("details") or whole(request, customer),
        "identifier": IdentifierForm(prefix="way"),
        "address": AddressForm(prefix="place"),
        "tie": RelateForm(prefix="tie"),
        **forms,
    }
    return render(request, "customers/edit.html", shown, status=INVALID if forms else None)


def whole(request: SignedInRequest, customer: Customer) -> DetailsForm:
    own, closed = own_of(customer, writer=request.user), hidden_columns(request.user)
    return DetailsForm(initial=details_of(customer), own=own, closed=closed)


def after(request: SignedInRequest, customer: Customer, words: str, *, undo: str = "") -> HttpResponse:
    """Back to the customer, or to the list when the record went to a team that the user is not in."""
    away = HttpResponseClientRedirect if request.htmx else HttpResponseRedirect
    if stays(request, customer):
        return toast(request, away(reverse("customer", args=[customer.pk])), words, undo=undo)
    words = _("Saved. The record now belongs to another team, so you no longer see it.")
    return toast(request, away(reverse("customers:list")), words, undo=undo)


def stays(request: SignedInRequest, customer: Customer) -> bool:
    return Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists()


def back(request: SignedInRequest, customer: Customer, words: str, *, part: str, undo: str = "") -> HttpResponse:
    """Back to the part of the page where something was added or taken away."""
    address = f"{reverse('customers:edit', args=[customer.pk])}#{part}"
    return toast(request, HttpResponseRedirect(address), words, undo=undo)


@needs("customers.change_customer")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def field(request: SignedInRequest, customer_id: int, name: str) -> HttpResponse:
    """One field in place: its value, with ?edit its control; sending it saves it."""
    customer = found_to_write(request, customer_id)
    own = own_of(customer, writer=request.user, compact=True) if name.startswith(CustomField.NAME) else {}
    if (name not in IN_PLACE and name not in own) or name in hidden_columns(request.user):
        raise Http404
    form = single(name, customer, request.POST if request.method == "POST" else None, own)
    if not form.is_valid():
        return in_place(request, told_of(request, customer, name, own), form)
    now = timezone.now()
    if form.changes():
        edit(customer, form.changes(), by=request.user, at=now)
    return saved(request, customer, told_of(request, customer, name, own), now)


def told_of(request: SignedInRequest, customer: Customer, name: str, own: Mapping[str, Entry]) -> Detail:
    if name not in own:
        return detail(customer, name, reader=request.user)
    return next(one.detail for one in more_of(customer, [own[name].own], reader=request.user))


def single(name: str, customer: Customer, sent: QueryDict | None, own: Mapping[str, Entry]) -> DetailsForm:
    form = DetailsForm(sent, initial=details_of(customer), auto_id="inplace-%s", own=own)
    for other in list(form.fields):
        if other != name:
            del form.fields[other]
    return form


@needs("customers.change_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def way(request: SignedInRequest, customer_id: int, identifier_id: int) -> HttpResponse:
    """An e-mail address or phone number in place, like a field."""
    customer = found(request, customer_id)
    one = get_object_or_404(Identifier, pk=identifier_id, kind__in=LINKS, member__customer=customer)
    if one.kind in hidden_kinds(request.user):
        raise Http404
    told = detail_of_way(one, customer.pk, reader=request.user)
    form = CorrectForm(request.POST if request.method == "POST" else None, one)
    if not form.is_valid():
        return in_place(request, told, form)
    now = timezone.now()
    done = correct(one, form.cleaned_data["value"], by=request.user, at=now)
    if done is None:
        raise Http404
    if done.identifier.pk != one.pk:
        form.add_error("value", taken(request, customer, done.holder))
        return in_place(request, told, form)
    return saved(request, customer, detail_of_way(done.identifier, customer.pk, reader=request.user), now)


def in_place(request: SignedInRequest, told: Detail, form: OpenedForm | None = None) -> HttpResponse:
    """A value, with its control when it is asked for or has something to correct."""
    shown: dict[str, object] = {"detail": told}
    if form and (form.is_bound or "edit" in request.GET):
        shown |= {"control": next(iter(form)), "before": form.before(), "clash": bool(form.clashes)}
    status = INVALID if form and form.errors else None
    return render(request, "customers/field.html#value", shown, status=status)


def saved(request: SignedInRequest, customer: Customer, told: Detail, now: datetime) -> HttpResponse:
    """The value as it is now, and an Undo of what was done ``now``, if anything was."""
    undo = undo_of(request.user, now)
    if not request.htmx or not stays(request, customer):
        return after(request, customer, _("Saved."), undo=undo)
    answer = in_place(request, told)
    return toast(request, answer, _("Saved."), undo=undo) if undo else answer


@needs("customers.change_customer")
@require_POST
def add_identifier(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    form = IdentifierForm(request.POST, prefix="way")
    if not form.is_valid():
        return page(request, customer, identifier=form)
    now = timezone.now()
    label = form.cleaned_data["label"]
    done = identify(customer, form.cleaned_data["identity"], label=label, by=request.user, at=now)
    if done.holder != customer.pk:
        form.add_error("value", taken(request, customer, done.holder))
        return page(request, customer, identifier=form)
    if form.cleaned_data["shared"]:
        share(done.identifier, shared=True, by=request.user, at=now)
    return back(request, customer, _("Added."), part="ways", undo=undo_of(request.user, now))


def taken(request: SignedInRequest, customer: Customer, holder: int) -> ValidationError:
    """Whose the identifier is, if that may be said."""
    if holder == customer.pk:
        return ValidationError(_("This customer has it already."))
    other = Customer.objects.visible_to(request.user).filter(pk=holder).first()
    if other is None:
        return ValidationError(_("This already belongs to a customer of another team."))
    return ValidationError(_("This already belongs to %(name)s."), params={"name": other.name})


@needs("customers.change_customer")
@require_POST
def drop_identifier(request: SignedInRequest, customer_id: int, identifier_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    one = get_object_or_404(Identifier, pk=identifier_id, member__customer=customer)
    now = timezone.now()
    unidentify(one, by=request.user, at=now)
    (told,) = veiled([one], reader=request.user)
    words = _("Removed %(value)s.") % {"value": told.value}
    return back(request, customer, words, part="ways", undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def share_identifier(request: SignedInRequest, customer_id: int, identifier_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    one = get_object_or_404(Identifier, pk=identifier_id, member__customer=customer)
    shared = request.POST.get("shared") == "yes"
    now = timezone.now()
    if not share(one, shared=shared, by=request.user, at=now):
        return back(request, customer, _("Others have it too, so it stays shared."), part="ways")
    words = _("Marked as shared by many.") if shared else _("Marked as this customer's own.")
    return back(request, customer, words, part="ways", undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def add_address(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    form = AddressForm(request.POST, prefix="place")
    if not form.is_valid():
        return page(request, customer, address=form)
    now = timezone.now()
    locate(customer, form.save(commit=False), by=request.user, at=now)
    return back(request, customer, _("Added."), part="places", undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def drop_address(request: SignedInRequest, customer_id: int, address_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    address = get_object_or_404(Address, pk=address_id, member__customer=customer)
    now = timezone.now()
    leave(address, by=request.user, at=now)
    return back(request, customer, _("Address removed."), part="places", undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def add_tie(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    sent = request.POST.dict()
    form = RelateForm({**sent, "tie-other": sent.get("other", "")}, prefix="tie")
    if not form.is_valid():
        return page(request, customer, tie=form)
    said = form.cleaned_data
    other = Customer.objects.visible_to(request.user).living().filter(pk=said["other"]).exclude(pk=customer.pk).first()
    if other is None:
        form.add_error("other", _("Choose another customer from the list."))
        return page(request, customer, tie=form)
    kind, now = Relationship.Kind(said["kind"]), timezone.now()
    try:
        relate(customer, other, kind, role=said["role"], by=request.user, at=now)
    except RelateError as problem:
        form.add_error("other", str(problem))
        return page(request, customer, tie=form)
    words = _("Related to %(name)s.") % {"name": other.name}
    return back(request, customer, words, part="ties", undo=undo_of(request.user, now))


@needs("customers.change_customer")
@require_POST
def drop_tie(request: SignedInRequest, customer_id: int, relationship_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    tie = next((one for one in ties_of(customer, reader=request.user) if one.relationship.pk == relationship_id), None)
    if tie is None:
        raise Http404
    now = timezone.now()
    unrelate(tie.relationship, by=request.user, at=now)
    return back(request, customer, _("Relationship removed."), part="ties", undo=undo_of(request.user, now))
