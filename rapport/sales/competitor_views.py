"""Competitors: all of them, one of them, new, changed; and who stands against us in a deal."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.journal.keep import undo_of
from rapport.people.access import SignedInRequest, needs
from rapport.sales.competitor import Competitor, Positioning, Rival
from rapport.sales.competitor_forms import CompetitorForm, PositioningForm, RivalForm
from rapport.sales.deal import Deal
from rapport.sales.keep_competitor import CompetitorError, keep_competitor, position, retire_competitor
from rapport.sales.name_rival import drop_rival, name_rival
from rapport.ui.toast import toast

INVALID = 422


@needs("sales.view_competitor")
@require_safe
def competitors(request: SignedInRequest) -> HttpResponse:
    known = Competitor.objects.visible_to(request.user)
    shown = {
        "competitors": list(known.current()),
        "retired": list(known.exclude(retired_at=None).order_by("name", "pk")),
        "may_change": request.user.allows("sales.change_competitor"),
    }
    return render(request, "sales/competitors.html", shown)


@needs("sales.change_competitor")
@require_http_methods(["GET", "HEAD", "POST"])
def add_competitor(request: SignedInRequest) -> HttpResponse:
    return kept(request, Competitor(), _("New competitor"))


def the_competitor(request: SignedInRequest, competitor_id: int) -> Competitor:
    return get_object_or_404(Competitor.objects.visible_to(request.user), pk=competitor_id)


@needs("sales.change_competitor")
@require_http_methods(["GET", "HEAD", "POST"])
def competitor(request: SignedInRequest, competitor_id: int) -> HttpResponse:
    found = the_competitor(request, competitor_id)
    return kept(request, found, found.name)


def kept(request: SignedInRequest, one: Competitor, title: str) -> HttpResponse:
    form = CompetitorForm(request.POST or None, instance=one)
    if request.method == "POST" and form.is_valid():
        try:
            keep_competitor(form.save(commit=False), by=request.user, at=timezone.now())
        except CompetitorError as problem:
            form.add_error(problem.field, str(problem))
        else:
            return toast(request, redirect("sales:competitor", form.instance.pk), _("Saved."))
    return drawn(request, one, title, form, PositioningForm())


def drawn(
    request: SignedInRequest, one: Competitor, title: str, form: CompetitorForm, words: PositioningForm
) -> HttpResponse:
    said = Positioning.objects.visible_to(request.user).filter(competitor=one.pk or 0).select_related("product")
    shown = {
        "form": form,
        "words": words,
        "competitor": one,
        "title": title,
        "back": reverse("sales:competitors"),
        "positionings": said.order_by("product__sort_key", "pk"),
    }
    status = INVALID if form.errors or words.errors else 200
    return render(request, "sales/competitor.html", shown, status=status)


@needs("sales.change_competitor")
@require_POST
def put_positioning(request: SignedInRequest, competitor_id: int) -> HttpResponse:
    """Say what we say about a product; without words, nothing any more."""
    found, words = the_competitor(request, competitor_id), PositioningForm(request.POST)
    if not words.is_valid():
        return drawn(request, found, found.name, CompetitorForm(instance=found), words)
    given = words.cleaned_data
    position(found, given["product"], given["words"], by=request.user, at=timezone.now())
    return toast(request, redirect("sales:competitor", found.pk), _("Saved."))


@needs("sales.change_competitor")
@require_POST
def retire(request: SignedInRequest, competitor_id: int) -> HttpResponse:
    """We do not meet them any more; or with `again` we do."""
    found, again = the_competitor(request, competitor_id), "again" in request.POST
    try:
        retire_competitor(found, by=request.user, at=timezone.now(), again=again)
    except CompetitorError as problem:
        return toast(request, redirect("sales:competitors"), str(problem))
    return toast(request, redirect("sales:competitors"), _("Saved."))


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def rivals(request: SignedInRequest, deal_id: int) -> HttpResponse:
    """Who stands against us in a deal: one more."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=deal_id)
    form = RivalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        name_rival(deal.pk, given["competitor"], given["role"], by=request.user, at=now)
        return toast(request, redirect("sales:deal", deal.pk), _("Saved."), undo=undo_of(request.user, now))
    shown = {"form": form, "deal": deal, "back": reverse("sales:deal", args=[deal.pk])}
    return render(request, "sales/rivals.html", shown, status=INVALID if form.errors else 200)


@needs("sales.change_deal")
@require_POST
def take_out(request: SignedInRequest, rival_id: int) -> HttpResponse:
    found, now = get_object_or_404(Rival.objects.visible_to(request.user), pk=rival_id), timezone.now()
    back = redirect("sales:deal", found.deal_id)
    drop_rival(found, by=request.user, at=now)
    return toast(request, back, _("Taken out."), undo=undo_of(request.user, now))
