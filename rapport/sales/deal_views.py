"""A deal: opened, looked at, changed, moved; and the list and the board of many."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.sales.change_deal import change_deal
from rapport.sales.deal import Deal
from rapport.sales.deal_forms import ChangeForm, DealForm, MoveForm
from rapport.sales.deal_listing import DEAL_LIST
from rapport.sales.deal_page import page_of
from rapport.sales.looks import looks_of
from rapport.sales.move_deal import Elsewhere, Lacking, Moved, move_deal
from rapport.sales.open_deal import open_deal
from rapport.sales.pipeline import End, Stage
from rapport.ui.toast import toast

INVALID, CONFLICT = 422, 409


@needs("sales.view_deal")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("sales:export_deals", args=["x"])[:-1]
    words: dict[str, Any] = {
        "empty_title": _("No deals yet"),
        "empty_text": _("A deal is opened on a customer's page, or here."),
        "looks": looks_of(request.user, without="sales:deals"),
        "may_open": request.user.allows("sales.change_deal"),
    }
    return answer(request, DEAL_LIST, "sales/deals.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, DEAL_LIST, form)


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """A new deal with the customer that the address names."""
    wanted = request.GET.get("customer") or request.GET.get("other") or ""
    known = Customer.objects.visible_to(request.user).living()
    customer = known.filter(pk=number(wanted)).first()
    stages = list(Stage.objects.visible_to(request.user).current().filter(end=End.OPEN).select_related("pipeline"))
    if customer is None or not stages:
        return render(request, "sales/new_whose.html", {"customer": customer, "stages": stages, "wanted": wanted})
    first = next((one for one in stages if str(one.pipeline_id) == request.GET.get("pipeline")), stages[0])
    form = DealForm(request.POST or None, stages=stages, initial={"owner": request.user, "stage": first})
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        deal = open_deal(form.new(), customer=customer, by=request.user, at=now)
        return toast(request, redirect("sales:deal", deal.pk), _("Deal opened."), undo=undo_of(request.user, now))
    return render(
        request, "sales/new.html", {"form": form, "customer": customer}, status=INVALID if form.errors else 200
    )


@needs("sales.view_deal")
@require_safe
def deal(request: SignedInRequest, deal_id: int) -> HttpResponse:
    found = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    return render(request, "sales/deal.html", page_of(found, reader=request.user, at=timezone.now()))


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, deal_id: int) -> HttpResponse:
    found = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    form = ChangeForm(request.POST or None, deal=found)
    clashes: list[Any] = []
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        clashes = change_deal(deal_id, form.wanted, was=form.cleaned_data["was"], by=request.user, at=now)
        if not clashes:
            return toast(request, redirect("sales:deal", deal_id), _("Saved."), undo=undo_of(request.user, now))
        # What others wrote meanwhile is shown, and what is sent next knows of it.
        found.refresh_from_db()
        form.data = {**request.POST.dict(), "was": ChangeForm(deal=found).initial["was"]}
    status = CONFLICT if clashes else INVALID if form.errors else 200
    told = [(form.fields[one.field].label, one.now) for one in clashes]
    return render(request, "sales/change.html", {"form": form, "deal": found, "clashes": told}, status=status)


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, deal_id: int, stage_id: int) -> HttpResponse:
    """Move it there; what the stage asks for is asked first."""
    found = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    stage = get_object_or_404(Stage.objects.visible_to(request.user).current(), pk=stage_id)
    form = MoveForm(request.POST if "asked" in request.POST else None, deal=found, stage=stage)
    if request.method == "POST" and (form.is_valid() or not form.is_bound):
        now, seen = timezone.now(), request.POST.get("seen", "")
        brought = form.brought if form.is_bound else {}
        outcome = move_deal(deal_id, stage, seen=number(seen) or None, brought=brought, by=request.user, at=now)
        match outcome:
            case Moved():
                return moved(request, outcome, stage, undo=undo_of(request.user, now) if outcome.moved else "")
            case Elsewhere(last=last):
                words = _("%(who)s has moved it to “%(stage)s” meanwhile.") % {
                    "who": last.by or _("Rapport"),
                    "stage": last.to_stage,
                }
                return toast(request, after(request, deal_id, status=CONFLICT), words)
            case Lacking():
                pass
    shown = {"form": form, "deal": found, "stage": stage}
    template = "sales/move.html#ask" if request.htmx else "sales/move.html"
    return render(request, template, shown, status=INVALID if request.method == "POST" else 200)


def moved(request: SignedInRequest, outcome: Moved, stage: Stage, *, undo: str) -> HttpResponse:
    words = _("“%(deal)s” is in “%(stage)s” now.") % {"deal": outcome.deal, "stage": stage}
    return toast(request, after(request, outcome.deal.pk), words, undo=undo)


def after(request: SignedInRequest, deal_id: int, status: int = 204) -> HttpResponse:
    """The board fetches itself anew; whoever came without a script goes to the deal."""
    if not request.htmx:
        return redirect("sales:deal", deal_id)
    if request.htmx.target == "move-body" and request.POST.get("page"):
        return HttpResponseClientRedirect(reverse("sales:deal", args=[deal_id]))
    response = HttpResponse(status=status)
    response["HX-Trigger"] = '{"deals:changed": {}}'
    return response
