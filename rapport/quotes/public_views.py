"""What a customer reaches by the link to a quote, without signing in: look, accept, decline, ask, take the document."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from rapport.files.send import send
from rapport.people.access import open_to_all
from rapport.quotes.answer import Kind
from rapport.quotes.answer_quote import Said, answer_quote
from rapport.quotes.forms import AcceptForm, DeclineForm, QuestionForm
from rapport.quotes.links import opened
from rapport.quotes.mark_seen import mark_seen
from rapport.quotes.quote import Quote
from rapport.quotes.send_quote import language_of
from rapport.quotes.sums import offer_of
from rapport.ui.callers import address, is_too_often

A_MINUTE = 60
GONE, OFTEN, INVALID = 410, 429, 422


def refused(request: HttpRequest) -> HttpResponse:
    """The same for every link that does not open, whatever is wrong with it."""
    often = is_too_often(request, "quotes", A_MINUTE)
    return render(request, "quotes/gone.html", {"often": often}, status=OFTEN if often else GONE)


def shown(request: HttpRequest, link: str, quote: Quote, **forms_: Any) -> HttpResponse:
    """The page in the customer's language; ``forms_`` are those that were filled in."""
    with translation.override(language_of(quote)):
        context = {
            "link": link,
            "quote": quote,
            "offer": offer_of(quote),
            "open": quote.is_open_on(timezone.localdate()),
            "answer": quote.answers.exclude(kind=Kind.QUESTION).first(),
            "questions": quote.answers.filter(kind=Kind.QUESTION).order_by("at"),
            "accept": AcceptForm(),
            "decline": DeclineForm(),
            "question": QuestionForm(),
            **forms_,
        }
        return render(request, "quotes/open.html", {**context, "wide": True}, status=INVALID if forms_ else 200)


@open_to_all
@never_cache
@require_safe
def open_quote(request: HttpRequest, quote_link: str) -> HttpResponse:
    quote = opened(quote_link)
    if quote is None:
        return refused(request)
    if not request.user.is_authenticated:
        mark_seen(quote, at=timezone.now())
    return shown(request, quote_link, quote)


@open_to_all
@never_cache
@require_safe
def document(request: HttpRequest, quote_link: str) -> HttpResponse:
    """The document as it was sent, to the byte."""
    quote = opened(quote_link)
    if quote is None or quote.document is None:
        return refused(request)
    return send(quote.document, f"{quote.number}-{quote.version}.pdf")


@open_to_all
@never_cache
@csrf_exempt
@require_POST
def accept(request: HttpRequest, quote_link: str) -> HttpResponse:
    """Yes, with a name under it; the link is the proof, so no cookie is asked for."""
    return answered(request, quote_link, Kind.ACCEPTED, AcceptForm(request.POST), "accept")


@open_to_all
@never_cache
@csrf_exempt
@require_POST
def decline(request: HttpRequest, quote_link: str) -> HttpResponse:
    return answered(request, quote_link, Kind.DECLINED, DeclineForm(request.POST), "decline")


@open_to_all
@never_cache
@csrf_exempt
@require_POST
def question(request: HttpRequest, quote_link: str) -> HttpResponse:
    return answered(request, quote_link, Kind.QUESTION, QuestionForm(request.POST), "question")


def answered(request: HttpRequest, link: str, kind: Kind, form: forms.Form, name: str) -> HttpResponse:
    """Keep the answer and show the page anew; what is missing is told in its form."""
    quote = opened(link)
    if quote is None or is_too_often(request, "answers to quotes", A_MINUTE):
        return refused(request)
    with translation.override(language_of(quote)):
        if not form.is_valid():
            return shown(request, link, quote, **{name: form})
        given = form.cleaned_data
        said = Said(
            kind,
            given.get("name", ""),
            given.get("words", ""),
            address(request),
            request.headers.get("User-Agent", ""),
        )
        answer_quote(quote.pk, said, at=timezone.now(), today=timezone.localdate())
    return redirect("quotes:open", link)
