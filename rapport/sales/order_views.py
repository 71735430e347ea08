"""An order: what was delivered of it, where its invoice stands."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.sales.fulfil import FulfilError, LineState, bill, deliver, lines_of
from rapport.sales.fulfilment import Delivery, Invoice
from rapport.sales.order import Order
from rapport.timeline.names import named
from rapport.ui.toast import toast

INVALID = 422
FIRST_YEAR, LAST_YEAR = 1900, 2200
SHOWN = 50


class DeliverForm(forms.Form):
    """How much of each line was delivered, and when."""

    on = forms.DateField(
        label=gettext_lazy("Delivered on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, sent: Any = None, *, lines: Sequence[LineState]) -> None:
        super().__init__(sent, initial={"on": timezone.localdate()})
        for one in lines:
            self.fields[f"line-{one.line.pk}"] = forms.DecimalField(
                label=one.line.product or "–",
                required=False,
                max_digits=14,
                decimal_places=4,
                localize=True,
                initial=one.rest.normalize() if one.rest else None,
            )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(_("Give a day that somebody will live to see."))
        return day

    @property
    def quantities(self) -> dict[int, Decimal]:
        given = self.cleaned_data.items()
        return {int(name.removeprefix("line-")): value for name, value in given if name.startswith("line-") and value}


class BillForm(forms.Form):
    """Where the invoice stands."""

    state = forms.ChoiceField(label=gettext_lazy("Invoice"), choices=Invoice.choices)
    paid = forms.DecimalField(
        label=gettext_lazy("Paid so far"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=4,
        localize=True,
        help_text=gettext_lazy("Only where a part of it is paid."),
    )
    reference = forms.CharField(label=gettext_lazy("Invoice number"), max_length=100, required=False)


def the_order(request: SignedInRequest, order_id: int) -> Order:
    known = Order.objects.visible_to(request.user).select_related("member", "brand", "interaction")
    return get_object_or_404(known, pk=order_id)


@needs("sales.view_order")
@require_safe
def order(request: SignedInRequest, order_id: int) -> HttpResponse:
    return shown(request, the_order(request, order_id))


def shown(
    request: SignedInRequest, order: Order, delivery: DeliverForm | None = None, billing: BillForm | None = None
) -> HttpResponse:
    lines, billings = lines_of(order), list(order.billings.select_related("by").newest_first()[:SHOWN])
    last = billings[0] if billings else None
    member = order.member_id or 0
    context = {
        "order": order,
        "customer": named([member], reader=request.user).get(member),
        "lines": lines,
        "open": any(one.rest for one in lines),
        "deliveries": Delivery.objects.visible_to(request.user)
        .filter(line__order=order)
        .select_related("line", "by")
        .order_by("-on", "-pk")[:SHOWN],
        "billings": billings,
        "invoice": last.get_state_display() if last else Invoice.OPEN.label,
        "deliver": delivery or DeliverForm(lines=lines),
        "bill": billing or BillForm(initial={"state": last.state if last else Invoice.OPEN}),
        "may_change": request.user.allows("sales.add_order"),
    }
    return render(request, "sales/order.html", context, status=INVALID if delivery or billing else 200)


@needs("sales.add_order")
@require_POST
def add_delivery(request: SignedInRequest, order_id: int) -> HttpResponse:
    found = the_order(request, order_id)
    form = DeliverForm(request.POST, lines=lines_of(found))
    if form.is_valid():
        given = form.cleaned_data
        try:
            deliver(found.pk, form.quantities, on=given["on"], note=given["note"], by=request.user, at=timezone.now())
        except FulfilError as problem:
            form.add_error(f"line-{problem.line}", str(problem))
        else:
            return toast(request, redirect("sales:order", found.pk), _("Saved."))
    return shown(request, found, delivery=form)


@needs("sales.add_order")
@require_POST
def add_billing(request: SignedInRequest, order_id: int) -> HttpResponse:
    found, form = the_order(request, order_id), BillForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        state = Invoice(given["state"])
        try:
            bill(found.pk, state, paid=given["paid"], reference=given["reference"], by=request.user, at=timezone.now())
        except FulfilError as problem:
            form.add_error("paid", str(problem))
        else:
            return toast(request, redirect("sales:order", found.pk), _("Saved."))
    return shown(request, found, billing=form)
