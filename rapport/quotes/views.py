"""Quotes for colleagues: the list, one of them, written, changed, approved, sent, withdrawn, compared."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.files.send import send
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.quotes.approve import ask_approval, decide
from rapport.quotes.as_pdf import as_pdf
from rapport.quotes.begin_cover import beginning
from rapport.quotes.compare import compared
from rapport.quotes.forms import HeadingForm, LimitsForm, QuoteLineSet, SendForm, WordsForm
from rapport.quotes.limits import set_limits
from rapport.quotes.listing import QUOTE_LIST
from rapport.quotes.quote import OURS, Quote
from rapport.quotes.quote_page import page_of
from rapport.quotes.send_quote import language_of, send_quote, withdraw
from rapport.quotes.write_quote import QuoteError, change_quote, new_version, write_quote
from rapport.sales.deal import Deal
from rapport.ui.toast import toast

INVALID = 422
ROOM = "quotes:quote"


@needs("quotes.view_quote")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("quotes:export", args=["x"])[:-1]
    words = {
        "empty_title": _("No quotes yet"),
        "empty_text": _("A quote is written on the page of a deal, from the products that the deal is about."),
    }
    return answer(request, QUOTE_LIST, "lists/page.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, QUOTE_LIST, form)


def the_quote(request: SignedInRequest, quote_id: int) -> Quote:
    return get_object_or_404(Quote.objects.visible_to(request.user).whole(), pk=quote_id)


@needs("quotes.change_quote")
@require_POST
def write(request: SignedInRequest, deal_id: int) -> HttpResponse:
    """A draft from what the deal is about."""
    deal = get_object_or_404(Deal.objects.visible_to(request.user).whole(), pk=deal_id)
    try:
        made = write_quote(deal, by=request.user, at=timezone.now(), today=timezone.localdate())
    except QuoteError as problem:
        return toast(request, redirect("sales:lines", deal.pk), str(problem))
    return redirect("quotes:change", made.pk)


@needs("quotes.view_quote")
@require_safe
def quote(request: SignedInRequest, quote_id: int) -> HttpResponse:
    found = the_quote(request, quote_id)
    page = page_of(found, reader=request.user, today=timezone.localdate())
    return render(request, "quotes/quote.html", {"page": page, "quote": found})


@needs("quotes.change_quote")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, quote_id: int) -> HttpResponse:
    found = the_quote(request, quote_id)
    if found.state not in OURS:
        return toast(
            request, redirect(ROOM, found.pk), _("It was sent and stays as it is. Write a new version instead.")
        )
    form = HeadingForm(request.POST or None, instance=found)
    lines = QuoteLineSet(request.POST or None, quote=found, lines=list(found.lines.in_order()))
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        return done(
            request,
            found,
            lambda: change_quote(found.pk, form.heading(), lines.wishes(), by=request.user, at=timezone.now()),
            _("Saved."),
        )
    status = INVALID if form.is_bound else 200
    return render(request, "quotes/change.html", {"heading": form, "form": lines, "quote": found}, status=status)


def done(request: SignedInRequest, quote: Quote, step: Any, words: str) -> HttpResponse:
    """Take a step; what stands against it is told on the quote's page."""
    try:
        after = step()
    except QuoteError as problem:
        return toast(request, redirect(ROOM, quote.pk), str(problem))
    return toast(request, redirect(ROOM, after.pk if isinstance(after, Quote) else quote.pk), words)


@needs("quotes.change_quote")
@require_POST
def ask(request: SignedInRequest, quote_id: int) -> HttpResponse:
    """Ask that its discount be approved."""
    found, form = the_quote(request, quote_id), WordsForm(request.POST)
    why = form.cleaned_data["words"] if form.is_valid() else ""
    return done(
        request,
        found,
        lambda: ask_approval(found.pk, why=why, by=request.user, at=timezone.now()),
        _("Whoever may approve it sees it at home."),
    )


@needs("quotes.change_quote")
@require_POST
def approve(request: SignedInRequest, quote_id: int) -> HttpResponse:
    """Let the discount pass, or send it back: `verdict` is yes or no."""
    found, form = the_quote(request, quote_id), WordsForm(request.POST)
    said = form.cleaned_data["words"] if form.is_valid() else ""
    granted = request.POST.get("verdict") == "yes"
    return done(
        request,
        found,
        lambda: decide(found.pk, granted=granted, said=said, by=request.user, at=timezone.now()),
        _("Approved.") if granted else _("Sent back."),
    )


@needs("quotes.change_quote")
@require_http_methods(["GET", "HEAD", "POST"])
def send_out(request: SignedInRequest, quote_id: int) -> HttpResponse:
    found = the_quote(request, quote_id)
    form = SendForm(request.POST or None, by=request.user, initial=beginning(found, writer=request.user))
    if request.method == "POST" and form.is_valid():
        return done(
            request,
            found,
            lambda: send_quote(found.pk, form.cover(), by=request.user, at=timezone.now(), today=timezone.localdate()),
            _("Sent. From now on it stays as it is."),
        )
    shown = {"form": form, "quote": found}
    return render(request, "quotes/send.html", shown, status=INVALID if form.errors else 200)


@needs("quotes.change_quote")
@require_POST
def take_back(request: SignedInRequest, quote_id: int) -> HttpResponse:
    found = the_quote(request, quote_id)
    return done(
        request,
        found,
        lambda: withdraw(found.pk, by=request.user, at=timezone.now()),
        _("Withdrawn. Its link does not open any more."),
    )


@needs("quotes.change_quote")
@require_POST
def renew(request: SignedInRequest, quote_id: int) -> HttpResponse:
    """A new version."""
    found = the_quote(request, quote_id)
    return done(
        request,
        found,
        lambda: new_version(found.pk, by=request.user, at=timezone.now(), today=timezone.localdate()),
        _("A new version. The one before stays as it was and can't be accepted any more."),
    )


@needs("quotes.view_quote")
@require_safe
def compare(request: SignedInRequest, quote_id: int) -> HttpResponse:
    """A version beside the one before."""
    found = the_quote(request, quote_id)
    known = Quote.objects.visible_to(request.user).filter(number=found.number, version__lt=found.version)
    older = known.order_by("-version").first()
    if older is None:
        return toast(request, redirect(ROOM, found.pk), _("There is no version before it."))
    return render(request, "quotes/compare.html", {"quote": found, "older": older, "pairs": compared(older, found)})


@needs("quotes.view_quote")
@require_safe
def pdf(request: SignedInRequest, quote_id: int) -> HttpResponse:
    """The document that was sent; of a draft, how it would look."""
    found = the_quote(request, quote_id)
    name = f"{found.number}-{found.version}.pdf"
    if found.document:
        return send(found.document, name)
    response = HttpResponse(as_pdf(found, language=language_of(found)), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs("quotes.change_limit")
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: SignedInRequest) -> HttpResponse:
    form = LimitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_limits(form.limits())
        return toast(request, redirect("quotes:limits"), _("Saved."))
    return render(request, "quotes/limits.html", {"form": form}, status=INVALID if form.errors else 200)
