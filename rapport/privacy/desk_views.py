"""The privacy desk: what people ask of their data, most urgent first; a request with its steps."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from rapport.customers.find import find_customers
from rapport.customers.models import Customer
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.privacy import request_steps as steps
from rapport.privacy.desk_forms import DEEDS, GiveForm, RequestForm
from rapport.privacy.hold import Hold
from rapport.privacy.request import Asks, Request
from rapport.privacy.request_steps import RequestError, answering
from rapport.ui.toast import toast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LISTED = 200
ANSWERS = "privacy.answer_request"
REFUSALS: "dict[str, StrOrPromise]" = {
    "to come": gettext_lazy("That moment is still to come."),
    "nobody": gettext_lazy("Say first whose record it is about."),
    "too far": gettext_lazy("No later than three months after it came."),
    "not later": gettext_lazy("That is not later than it is now."),
    "too late": gettext_lazy("Its last day is over: the person had to be told before."),
    "unchecked": gettext_lazy("Nobody has checked yet that it is them."),
    "no ground": gettext_lazy("Say on which legal ground it was not all done."),
    "no proof": gettext_lazy("Say how it can be proved."),
    "closed": gettext_lazy("It is answered already."),
}


@needs("privacy.view_request")
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """Overdue ones first; with ``all`` also those that are answered."""
    found = Request.objects.visible_to(request.user).most_urgent_first()
    closed = "all" in request.GET
    rows = list((found if closed else found.open())[:LISTED])
    today = timezone.localdate()
    held = Hold.objects.visible_to(request.user).standing()
    shown = {
        "rows": [(one, one.days_left(today), -one.days_left(today)) for one in rows],
        "closed": closed,
        "overdue": sum(one.overdue(today) for one in rows),
        "holds": held.count(),
        "reviews": held.filter(review_on__lte=today).count(),
    }
    return render(request, "privacy/desk.html", shown)


@needs("privacy.note_request")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Take a request down; from a customer's page with the customer named."""
    asked = number(request.POST.get("customer", "") or request.GET.get("customer", ""))
    customer = Customer.objects.visible_to(request.user).living().filter(pk=asked).first()
    initial = {"received_at": timezone.localtime(), "who": customer.name if customer else "", "channel": "email"}
    form = RequestForm(request.POST or None, initial=initial, answering=answering())
    if request.method == "POST" and form.is_valid():
        assignee = form.cleaned_data["assignee"]
        made = steps.receive(form.asked(customer), assignee=assignee, by=request.user, at=timezone.now())
        told = _("Noted as request %(number)s, to be answered by %(day)s.")
        told %= {"number": made.pk, "day": date_format(made.due_on, "SHORT_DATE_FORMAT")}
        if request.user.allows("privacy.view_request"):
            return toast(request, redirect("privacy:request", made.pk), told)
        return toast(request, redirect("customer", customer.pk) if customer else redirect("home:day"), told)
    shown = {"form": form, "customer": customer}
    return render(request, "privacy/request_new.html", shown, status=422 if form.errors else 200)


@needs("privacy.view_request")
@require_safe
def one(request: SignedInRequest, request_id: int) -> HttpResponse:
    """A request with its steps and what can be done next."""
    found = the_request(request, request_id)
    today = timezone.localdate()
    packs, erasures = list(found.packs.order_by("-pk")), list(found.erasures.order_by("-pk"))
    wants_pack = found.checked and found.asks in {Asks.ACCESS, Asks.PORTABILITY} and not packs
    shown = {
        "one": found,
        "left": found.days_left(today),
        "overdue": found.overdue(today),
        "steps": found.steps.all().in_order(),
        "packs": packs,
        "erasures": erasures,
        "wants_pack": wants_pack,
        "ready": found.checked and not wants_pack and (bool(erasures) or found.asks != Asks.ERASURE),
        "hold": Hold.objects.visible_to(request.user).standing().filter(customer=found.customer).first(),
    }
    return render(request, "privacy/request.html", shown)


@needs(ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: SignedInRequest, request_id: int, deed: str) -> HttpResponse:
    """Take a step with a request."""
    found = the_request(request, request_id)
    if deed not in DEEDS:
        raise Http404
    meant = DEEDS[deed]
    more: dict[str, Any] = {"answering": answering()} if meant.form is GiveForm else {}
    form = meant.form(request.POST or None, **more)
    if request.method == "POST" and form.is_valid():
        try:
            meant.do(found, form.cleaned_data, request.user, timezone.now())
        except RequestError as problem:
            form.add_error(None, str(REFUSALS[problem.code]))
        else:
            return redirect("privacy:request", found.pk)
    shown = {"form": form, "one": found, "deed": meant}
    return render(request, "privacy/request_deed.html", shown, status=422 if form.errors else 200)


@needs(ANSWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def whose(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Say whose record a request is about."""
    found = the_request(request, request_id)
    refused = ""
    if request.method == "POST":
        asked = number(request.POST.get("other", ""))
        customer = Customer.objects.visible_to(request.user).living().filter(pk=asked).first()
        try:
            if customer:
                steps.find(found, customer, by=request.user, at=timezone.now())
                return redirect("privacy:request", found.pk)
            refused = _("Choose somebody.")
        except RequestError as problem:
            refused = str(REFUSALS[problem.code])
    words = found.contact if find_customers(request.user, found.contact, limit=1) else found.who
    shown = {"one": found, "refused": refused, "words": words}
    return render(request, "privacy/request_whose.html", shown, status=422 if refused else 200)


def the_request(request: SignedInRequest, request_id: int) -> Request:
    return get_object_or_404(Request.objects.visible_to(request.user).most_urgent_first(), pk=request_id)
