"""Account plans: the list, one of them, written, changed, closed, on paper."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.forms import PlanForm, as_said
from rapport.accounts.found import INVALID, the_plan
from rapport.accounts.keep_plan import PlanError, change_plan, close_plan, open_plan
from rapport.accounts.listing import PLAN_LIST
from rapport.accounts.models import Plan
from rapport.accounts.plan_page import page_of
from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

YEAR = timedelta(days=365)


@needs("accounts.view_plan")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("accounts:export", args=["x"])[:-1]
    words = {
        "empty_title": _("No account plans yet"),
        "empty_text": _("A plan says who decides at a key customer, what they do not buy yet, and what comes next."),
        "may_write": request.user.allows("accounts.change_plan"),
    }
    return answer(request, PLAN_LIST, "accounts/plans.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, PLAN_LIST, form)


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A new plan for the customer that the address names."""
    wanted = request.GET.get("customer") or request.GET.get("other") or ""
    customer = Customer.objects.visible_to(request.user).living().filter(pk=number(wanted)).first()
    if customer is None:
        return render(request, "accounts/new_whose.html", {"wanted": wanted})
    today = timezone.localdate()
    first = {"name": customer.name, "owner": request.user, "starts": today, "ends": today + YEAR}
    form = PlanForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = open_plan(customer, form.cleaned_data, by=request.user, at=now)
        except PlanError as problem:
            form.add_error(problem.field, str(problem))
        else:
            response = redirect("accounts:plan", made.pk)
            return toast(request, response, _("Plan written."), undo=undo_of(request.user, now))
    shown = {"form": form, "customer": customer, "back": reverse("customer", args=[customer.pk])}
    return render(request, "accounts/change.html", shown, status=INVALID if form.errors else 200)


@needs("accounts.view_plan")
@require_safe
def plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    found = the_plan(request, plan_id)
    return render(request, "accounts/plan.html", shown_of(request, found))


def shown_of(request: SignedInRequest, found: Plan) -> dict[str, Any]:
    return page_of(found, reader=request.user, at=timezone.now(), by=request.GET.get("by", ""))


@needs("accounts.view_plan")
@require_safe
def paper(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """All of it on one page, to be printed."""
    return render(request, "accounts/paper.html", shown_of(request, the_plan(request, plan_id)))


@needs("accounts.change_plan")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, plan_id: int) -> HttpResponse:
    found = the_plan(request, plan_id)
    form = PlanForm(request.POST or None, initial=as_said(found))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            change_plan(plan_id, form.cleaned_data, by=request.user, at=now)
        except PlanError as problem:
            form.add_error(problem.field, str(problem))
        else:
            return toast(request, redirect("accounts:plan", plan_id), _("Saved."), undo=undo_of(request.user, now))
    shown = {
        "form": form,
        "customer": found.member.customer,
        "plan": found,
        "back": reverse("accounts:plan", args=[plan_id]),
    }
    return render(request, "accounts/change.html", shown, status=INVALID if form.errors else 200)


@needs("accounts.change_plan")
@require_POST
def close(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """It is over, or with `again` taken up."""
    found, now, again = the_plan(request, plan_id), timezone.now(), "again" in request.POST
    back = redirect("accounts:plan", found.pk)
    try:
        close_plan(found.pk, by=request.user, at=now, again=again)
    except PlanError as problem:
        return toast(request, back, str(problem))
    return toast(request, back, _("Taken up again.") if again else _("Closed."), undo=undo_of(request.user, now))
