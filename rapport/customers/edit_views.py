"""Changing a customer: the page with all its fields, one field in place, and what is written down around it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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
from rapport.fields.models import CustomField
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


def given(request: HttpRequest) -> dict[str, str]:
    """What was sent, also by an Undo, which carries it in its address."""
    return {name: str(value) for name, value in {**request.GET.dict(), **request.POST.dict()}.items()}


@needs("customers.change_customer")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def edit_page(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found_to_write(request, customer_id)
    if request.method != "POST":
        return page(request, customer)
    own = own_of(customer, writer=request.user)
    form = DetailsForm(request.POST, initial=details_of(customer), own=own)
    if not form.is_valid():
        return page(request, customer, details=form)
    if form.changes():
        edit(customer, form.changes(), by=request.user, at=timezone.now())
    return after(request, customer, _("Saved."))


def page(request: SignedInRequest, customer: Customer, **forms: object) -> HttpResponse:
    """The page, with the form that was sent as it was sent."""
    shown = {
        "customer": customer,
        "ways": ways_of(customer),
        "addresses": addresses_of(customer),
        "ties": ties_of(customer, reader=request.user),
        "details": forms.get("details") or whole(request, customer),
        "identifier": IdentifierForm(prefix="way"),
        "address": AddressForm(prefix="place"),
        "tie": RelateForm(prefix="tie"),
        **forms,
    }
    return render(request, "customers/edit.html", shown, status=INVALID if forms else None)


def whole(request: SignedInRequest, customer: Customer) -> DetailsForm:
    return DetailsForm(initial=details_of(customer), own=own_of(customer, writer=request.user))


def after(request: SignedInRequest, customer: Customer, words: str) -> HttpResponse:
    """Back to the customer, or to the list when the record went to a team that the user is not in."""
    away = HttpResponseClientRedirect if request.htmx else HttpResponseRedirect
    if stays(request, customer):
        return toast(request, away(reverse("customer", args=[customer.pk])), words)
    words = _("Saved. The record now belongs to another team, so you no longer see it.")
    return toast(request, away(reverse("customers:list")), words)


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
    if name not in IN_PLACE and name not in own:
        raise Http404
    form = single(name, customer, given(request) if request.method == "POST" else None, own)
    if not form.is_valid():
        return refused(request, customer, told_of(request, customer, name, own), form)
    before = details_of(customer).get(name)
    if form.changes():
        edit(customer, form.changes(), by=request.user, at=timezone.now())
    control, now = form.fields[name], details_of(customer).get(name)
    # What stands there now goes along, else an empty value would not count as a change.
    again = {name: shown(control, before), f"initial-{name}": shown(control, now)}
    told = told_of(request, customer, name, own)
    return saved(request, customer, told, again if form.changes() else {})


def shown(control: Field, value: object) -> object:
    """A value as its control would send it."""
    told = control.prepare_value(value)
    return "" if told is None else told


def told_of(request: SignedInRequest, customer: Customer, name: str, own: Mapping[str, Entry]) -> Detail:
    if name not in own:
        return detail(customer, name, reader=request.user)
    return next(one.detail for one in more_of(customer, [own[name].own], reader=request.user))


def single(name: str, customer: Customer, sent: dict[str, str] | None, own: Mapping[str, Entry]) -> DetailsForm:
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
    told = detail_of_way(one, customer.pk, reader=request.user)
    form = CorrectForm(given(request) if request.method == "POST" else None, one)
    if not form.is_valid():
        return refused(request, customer, told, form)
    done = correct(one, form.cleaned_data["value"], by=request.user, at=timezone.now())
    if done is None:
        raise Http404
    if done.identifier.pk != one.pk:
        form.add_error("value", taken(request, customer, done.holder))
        return in_place(request, told, form)
    again = {"value": told.words, "initial-value": done.identifier.value} if done.fresh else {}
    return saved(request, customer, detail_of_way(done.identifier, customer.pk, reader=request.user), again)


def refused(request: SignedInRequest, customer: Customer, told: Detail, form: OpenedForm) -> HttpResponse:
    """The control with what is wrong, or the control that was asked for; an Undo has none to be shown in."""
    if form.clashes and request.GET:
        return after(request, customer, _("Somebody has changed it again since, so nothing was taken back."))
    return in_place(request, told, form)


def in_place(request: SignedInRequest, told: Detail, form: OpenedForm | None = None) -> HttpResponse:
    """A value, with its control when it is asked for or has something to correct."""
    shown: dict[str, object] = {"detail": told}
    if form and (form.is_bound or "edit" in request.GET):
        shown |= {"control": next(iter(form)), "before": form.before(), "clash": bool(form.clashes)}
    status = INVALID if form and form.errors else None
    return render(request, "customers/field.html#value", shown, status=status)


def saved(request: SignedInRequest, customer: Customer, told: Detail, again: Mapping[str, object]) -> HttpResponse:
    """The value as it is now, and an Undo that sends ``again``; nothing was changed when that is empty."""
    if not request.htmx or not stays(request, customer):
        return after(request, customer, _("Saved."))
    answer = in_place(request, told)
    return toast(request, answer, _("Saved."), undo=f"{request.path}?{urlencode(again)}") if again else answer


@needs("customers.change_customer")
@require_POST
def add_identifier(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    form = IdentifierForm(given(request), prefix="way")
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
    return back(request, customer, _("Added."), part="ways")


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
    values = {"kind": one.kind, "value": one.value, "namespace": one.namespace, "label": one.label}
    again = urlencode({f"way-{name}": value for name, value in values.items()})
    undo = f"{reverse('customers:add_identifier', args=[customer.pk])}?{again}"
    unidentify(one, by=request.user, at=timezone.now())
    return back(request, customer, _("Removed %(value)s.") % {"value": one.value}, part="ways", undo=undo)


@needs("customers.change_customer")
@require_POST
def share_identifier(request: SignedInRequest, customer_id: int, identifier_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    one = get_object_or_404(Identifier, pk=identifier_id, member__customer=customer)
    shared = request.POST.get("shared") == "yes"
    if not share(one, shared=shared, by=request.user, at=timezone.now()):
        return back(request, customer, _("Others have it too, so it stays shared."), part="ways")
    words = _("Marked as shared by many.") if shared else _("Marked as this customer's own.")
    return back(request, customer, words, part="ways")


@needs("customers.change_customer")
@require_POST
def add_address(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    form = AddressForm(given(request), prefix="place")
    if not form.is_valid():
        return page(request, customer, address=form)
    locate(customer, form.save(commit=False), by=request.user, at=timezone.now())
    return back(request, customer, _("Added."), part="places")


@needs("customers.change_customer")
@require_POST
def drop_address(request: SignedInRequest, customer_id: int, address_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    address = get_object_or_404(Address, pk=address_id, member__customer=customer)
    again = urlencode({f"place-{name}": getattr(address, name) for name in AddressForm.Meta.fields})
    undo = f"{reverse('customers:add_address', args=[customer.pk])}?{again}"
    leave(address, by=request.user, at=timezone.now())
    return back(request, customer, _("Address removed."), part="places", undo=undo)


@needs("customers.change_customer")
@require_POST
def add_tie(request: SignedInRequest, customer_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    sent = given(request)
    form = RelateForm({**sent, "tie-other": sent.get("other", "")}, prefix="tie")
    if not form.is_valid():
        return page(request, customer, tie=form)
    said = form.cleaned_data
    other = Customer.objects.visible_to(request.user).living().filter(pk=said["other"]).exclude(pk=customer.pk).first()
    if other is None:
        form.add_error("other", _("Choose another customer from the list."))
        return page(request, customer, tie=form)
    kind = Relationship.Kind(said["kind"])
    try:
        relate(customer, other, kind, role=said["role"], by=request.user, at=timezone.now())
    except RelateError as problem:
        form.add_error("other", str(problem))
        return page(request, customer, tie=form)
    return back(request, customer, _("Related to %(name)s.") % {"name": other.name}, part="ties")


@needs("customers.change_customer")
@require_POST
def drop_tie(request: SignedInRequest, customer_id: int, relationship_id: int) -> HttpResponse:
    customer = found(request, customer_id)
    tie = next((one for one in ties_of(customer, reader=request.user) if one.relationship.pk == relationship_id), None)
    if tie is None:
        raise Http404
    undo = ""
    if tie.outward:
        again = {"tie-kind": tie.relationship.kind, "tie-role": tie.relationship.role, "other": str(tie.other.pk)}
        undo = f"{reverse('customers:relate', args=[customer.pk])}?{urlencode(again)}"
    unrelate(tie.relationship, by=request.user, at=timezone.now())
    return back(request, customer, _("Relationship removed."), part="ties", undo=undo)
