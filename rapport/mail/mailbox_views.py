"""Mailboxes in the browser: add, test, watch, choose folders, retire; and who reads a mail."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.channels.mail.probe import probe
from rapport.channels.mail.sign_in import SignInError, allow, provider_of
from rapport.lib.oauth import authorize_url
from rapport.mail.keep import account_of, ask, choose, decide, keep, may_change, may_decide, may_retire
from rapport.mail.keep import retire as retire_it
from rapport.mail.mailbox_forms import MailboxForm
from rapport.mail.mailbox_pages import findings_in_words, mailbox_page, states_of
from rapport.mail.models import Mailbox
from rapport.mail.told import connection_in_words
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.models import Interaction

ASKED = "mail_oauth"


@needs("mail.keep_mailbox")
@require_safe
def mailboxes(request: SignedInRequest) -> HttpResponse:
    return render(request, "mail/mailboxes.html", {"states": states_of(request.user, at=timezone.now())})


@needs("mail.keep_mailbox")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    return form_page(request, None)


@needs("mail.keep_mailbox")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    mailbox = found_mailbox(request, mailbox_id)
    return form_page(request, mailbox) if may_change(mailbox, request.user) else not_yours(request, mailbox)


def form_page(request: SignedInRequest, mailbox: Mailbox | None) -> HttpResponse:
    """The form; its test button answers beside it and saves nothing."""
    form = MailboxForm(request.POST or None, user=request.user, mailbox=mailbox)
    testing = "test" in request.POST
    about: dict[str, Any] = {"form": form, "mailbox": mailbox}
    if request.method == "POST" and form.is_valid():
        if testing:
            account = account_of(form.cleaned_data, mailbox, by=request.user)
            about["findings"] = findings_in_words(probe(account, at=timezone.now()))
        else:
            return redirect("mail:mailbox", keep(form.cleaned_data, mailbox, by=request.user).pk)
    if testing and request.htmx:
        return render(request, "mail/mailbox_form.html#findings", about)
    return render(request, "mail/mailbox_form.html", about, status=422 if form.errors else 200)


@needs("mail.keep_mailbox")
@require_safe
def show(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    template = "mail/mailbox.html#state" if request.htmx else "mail/mailbox.html"
    return render(request, template, mailbox_page(found_mailbox(request, mailbox_id), reader=request.user))


@needs("mail.keep_mailbox")
@require_POST
def test(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Try it as it is kept."""
    mailbox = found_mailbox(request, mailbox_id)
    if not may_change(mailbox, request.user):
        return not_yours(request, mailbox)
    findings = findings_in_words(probe(mailbox.account, at=timezone.now()))
    if request.htmx:
        return render(request, "mail/mailbox_form.html#findings", {"findings": findings})
    return render(request, "mail/mailbox.html", {**mailbox_page(mailbox, reader=request.user), "findings": findings})


@needs("mail.keep_mailbox")
@require_POST
def sync(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Read it now; with "check" compare every message with the server."""
    mailbox = found_mailbox(request, mailbox_id)
    ask(mailbox, check="check" in request.POST, at=timezone.now())
    messages.success(request, _("It is being read."))
    return redirect("mail:mailbox", mailbox.pk)


@needs("mail.keep_mailbox")
@require_POST
def folders(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    mailbox = found_mailbox(request, mailbox_id)
    if not may_change(mailbox, request.user):
        return not_yours(request, mailbox)
    choose(mailbox, [int(one) for one in request.POST.getlist("folder") if one.isdigit() and len(one) < 19])  # noqa: PLR2004
    ask(mailbox, check=False, at=timezone.now())
    return redirect("mail:mailbox", mailbox.pk)


@needs("mail.keep_mailbox")
@require_POST
def retire(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Retire it, or take it up again."""
    mailbox = found_mailbox(request, mailbox_id)
    if not may_retire(mailbox, request.user):
        return not_yours(request, mailbox)
    retire_it(mailbox, active=not mailbox.account.active)
    return redirect("mail:mailbox", mailbox.pk)


@needs("mail.keep_mailbox")
@require_POST
def allow_us(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Off to the provider, where the owner allows us in."""
    mailbox = found_mailbox(request, mailbox_id)
    if not may_change(mailbox, request.user):
        return not_yours(request, mailbox)
    try:
        provider = provider_of(mailbox.account.proof)
    except SignInError as problem:
        messages.error(request, connection_in_words(str(problem)))
        return redirect("mail:mailbox", mailbox.pk)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    request.session[ASKED] = {"state": state, "verifier": verifier, "mailbox": mailbox.pk}
    return redirect(
        authorize_url(provider, state=state, verifier=verifier, back=back(request), address=mailbox.account.address)
    )


@needs("mail.keep_mailbox")
@require_safe
def allowed(request: SignedInRequest) -> HttpResponse:
    """Back from the provider, with a code when the owner agreed."""
    asked = request.session.pop(ASKED, None)
    if not asked or not secrets.compare_digest(str(asked["state"]), request.GET.get("state", "")):
        messages.error(request, _("This answer of the provider belongs to no question of yours. Start again."))
        return redirect("mail:mailboxes")
    mailbox = found_mailbox(request, asked["mailbox"])
    if not may_change(mailbox, request.user):
        return not_yours(request, mailbox)
    try:
        allow(
            mailbox.account,
            request.GET.get("code", ""),
            verifier=asked["verifier"],
            back=back(request),
            at=timezone.now(),
        )
        ask(mailbox, check=False, at=timezone.now())
        messages.success(request, _("The provider lets us in."))
    except SignInError as problem:
        messages.error(request, connection_in_words(str(problem)))
    return redirect("mail:mailbox", mailbox.pk)


def back(request: SignedInRequest) -> str:
    path = reverse("mail:allowed")
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


@needs("mail.keep_mailbox")
@require_POST
def privacy(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """Keep one mail to its owners, or open it to everybody who sees the customer."""
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    if not may_decide(interaction, request.user):
        return HttpResponse(_("Only those to whose mailbox it came decide who reads it."), status=409)
    decide(interaction, private=request.POST.get("private") == "1", by=request.user)
    words = _("Private now.") if request.POST.get("private") == "1" else _("Open to everybody who sees the customer.")
    return HttpResponse(words)


def not_yours(request: SignedInRequest, mailbox: Mailbox) -> HttpResponse:
    messages.warning(request, _("Shared mailboxes are changed by managers and administrators."))
    return redirect("mail:mailbox", mailbox.pk)


def found_mailbox(request: SignedInRequest, mailbox_id: int) -> Mailbox:
    seen = Mailbox.objects.visible_to(request.user).select_related("account__user", "account__scope__team", "circle")
    return get_object_or_404(seen, pk=mailbox_id)
