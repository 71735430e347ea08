"""What a deal is about: its lines, changed all on one page."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.sales.deal import Deal
from rapport.sales.line_forms import LinesFormSet
from rapport.sales.set_lines import Otherwise, seen_as, set_lines
from rapport.ui.toast import toast

INVALID, CONFLICT = 422, 409


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: SignedInRequest, deal_id: int) -> HttpResponse:
    deal = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    known = list(deal.lines.in_order())
    form = LinesFormSet(request.POST or None, deal=deal, lines=known)
    seen, clash = seen_as(known), False
    if request.method == "POST" and form.is_valid():
        now, was = timezone.now(), request.POST.get("was", "")
        outcome = set_lines(deal_id, form.wishes(), currency=form.currency, seen=was, by=request.user, at=now)
        if not isinstance(outcome, Otherwise):
            return toast(request, redirect("sales:deal", deal_id), _("Saved."), undo=undo_of(request.user, now))
        clash = True
    status = CONFLICT if clash else INVALID if form.is_bound else 200
    currency = request.POST.get("currency", deal.currency)
    shown = {"form": form, "deal": deal, "seen": seen, "known": known if clash else [], "currency": currency}
    return render(request, "sales/lines.html", shown, status=status)
