"""Hand-overs: what waits, one of them, written and sent, taken, accepted and sent back."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.handovers.forms import FillForm, ReturnForm
from rapport.handovers.handover import Handover
from rapport.handovers.handover_page import page_of
from rapport.handovers.inbox import inbox
from rapport.handovers.open_handover import open_handover
from rapport.handovers.plan import Plan
from rapport.handovers.receive_handover import accept_handover, send_back, take_handover
from rapport.handovers.send_handover import drop, fill_handover, send_handover, withdraw
from rapport.handovers.tell import HandoverError
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.sales.deal import Deal
from rapport.ui.toast import toast

INVALID = 422
PAGE = "handovers:handover"


@needs("handovers.view_handover")
@require_safe
def inbox_page(request: SignedInRequest) -> HttpResponse:
    whose = request.GET.get("whose", "")
    shown = {
        "inbox": inbox(request.user, whose=whose, at=timezone.now()),
        "whose": whose if whose in {"send", "all"} else "",
        "may_change": request.user.allows("handovers.change_handover"),
        "may_shape": request.user.allows("handovers.change_plan"),
        "planned": Plan.objects.visible_to(request.user).current().exists(),
    }
    template = "handovers/inbox.html#lines" if request.htmx.target == "handovers" else "handovers/inbox.html"
    response = render(request, template, shown)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def the_handover(request: SignedInRequest, handover_id: int) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(request.user).whole(), pk=handover_id)


@needs("handovers.view_handover")
@require_safe
def handover(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    page = page_of(found, reader=request.user, at=timezone.now())
    return render(request, "handovers/handover.html", {"page": page, "handover": found})


@needs("handovers.change_handover")
@require_POST
def begin(request: SignedInRequest, deal_id: int) -> HttpResponse:
    """Begin to hand a deal over to whoever is next."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=deal_id)
    now = timezone.now()
    try:
        made = open_handover(deal.pk, by=request.user, at=now)
    except HandoverError as problem:
        return toast(request, redirect("sales:deal", deal.pk), str(problem))
    return toast(
        request, redirect("handovers:fill", made.pk), _("Begun with what is known."), undo=undo_of(request.user, now)
    )


@needs("handovers.change_handover")
@require_POST
def go_on(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """Hand what one accepted over to the next station."""
    found = the_handover(request, handover_id)
    now = timezone.now()
    if not found.received_by(request.user):
        return toast(request, redirect(PAGE, found.pk), _("It is with somebody else."))
    try:
        made = open_handover(found.deal_id, by=request.user, at=now)
    except HandoverError as problem:
        return toast(request, redirect(PAGE, found.pk), str(problem))
    return toast(
        request, redirect("handovers:fill", made.pk), _("Begun with what is known."), undo=undo_of(request.user, now)
    )


@needs("handovers.change_handover")
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """Write what is passed on; with ``send`` it goes out as well."""
    found = the_handover(request, handover_id)
    if not found.is_ours:
        words = _("It is with whoever receives it. Withdraw it first to change it.")
        return toast(request, redirect(PAGE, found.pk), words)
    form = FillForm(request.POST or None, handover=found)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        fill_handover(found.pk, form.texts(), by=request.user, at=now)
        if "send" not in request.POST:
            return toast(request, redirect(PAGE, found.pk), _("Saved."), undo=undo_of(request.user, now))
        try:
            send_handover(found.pk, by=request.user, at=now)
        except HandoverError as problem:
            # What was written is kept; what is missing is told where it is missing.
            form = FillForm(request.POST, handover=found)
            form.add_error(None, str(problem))
            form.point_out()
        else:
            return toast(
                request,
                redirect(PAGE, found.pk),
                _("Handed over. The clock runs for %(station)s.") % {"station": found.station},
            )
    status = INVALID if form.errors else 200
    page = page_of(found, reader=request.user, at=timezone.now())
    shown = {"form": form.as_shown(), "handover": found, "page": page}
    return render(request, "handovers/fill.html", shown, status=status)


def done(request: SignedInRequest, handover: Handover, step: Callable[[], object], words: str) -> HttpResponse:
    """Take a step; what stands against it is told on the page of the hand-over."""
    try:
        step()
    except HandoverError as problem:
        return toast(request, redirect(PAGE, handover.pk), str(problem))
    return toast(request, redirect(PAGE, handover.pk), words)


@needs("handovers.change_handover")
@require_POST
def send_out(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    words = _("Handed over. The clock runs for %(station)s.") % {"station": found.station}
    return done(request, found, lambda: send_handover(found.pk, by=request.user, at=timezone.now()), words)


@needs("handovers.change_handover")
@require_POST
def take_back(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    words = _("It is yours to write again.")
    return done(request, found, lambda: withdraw(found.pk, by=request.user, at=timezone.now()), words)


@needs("handovers.change_handover")
@require_POST
def give_up(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    now = timezone.now()
    try:
        drop(found.pk, by=request.user, at=now)
    except HandoverError as problem:
        return toast(request, redirect(PAGE, found.pk), str(problem))
    return toast(request, redirect("handovers:inbox"), _("Given up."), undo=undo_of(request.user, now))


@needs("handovers.change_handover")
@require_POST
def take(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    seen, now = number(request.POST.get("seen", "")) or None, timezone.now()
    try:
        take_handover(found.pk, seen=seen, by=request.user, at=now)
    except HandoverError as problem:
        return toast(request, redirect(PAGE, found.pk), str(problem))
    return toast(request, redirect(PAGE, found.pk), _("It is yours to look at."), undo=undo_of(request.user, now))


@needs("handovers.change_handover")
@require_POST
def accept(request: SignedInRequest, handover_id: int) -> HttpResponse:
    found = the_handover(request, handover_id)
    words = _("Accepted. What is to be done first is among your tasks.")
    return done(request, found, lambda: accept_handover(found.pk, by=request.user, at=timezone.now()), words)


@needs("handovers.change_handover")
@require_http_methods(["GET", "HEAD", "POST"])
def return_to_sender(request: SignedInRequest, handover_id: int) -> HttpResponse:
    """Send it back with a reason."""
    found, form = the_handover(request, handover_id), ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = _("Sent back to %(who)s.") % {"who": found.sender}
        reason = form.cleaned_data["reason"]
        return done(request, found, lambda: send_back(found.pk, reason, by=request.user, at=timezone.now()), words)
    shown = {"form": form, "handover": found}
    return render(request, "handovers/return.html", shown, status=INVALID if form.errors else 200)
