"""Mail in the browser: files on their way in, the ledger, and what a mail holds besides its line."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.channels.mail.clean import clean
from rapport.channels.mail.fold import fold
from rapport.channels.mail.mailbox import NoMailError
from rapport.files.keep import set_aside
from rapport.files.send import send
from rapport.lib.ids import number
from rapport.mail.forms import LedgerForm, MailFileForm
from rapport.mail.intake import Strangers
from rapport.mail.look import look
from rapport.mail.models import Attachment, LedgerLine, Mail, MailFile, State
from rapport.mail.pages import ledger_page, state_page
from rapport.mail.read import earlier_of
from rapport.mail.start import FOLDER, brought, let_go, start
from rapport.mail.told import trouble_in_words
from rapport.people.access import SignedInRequest, needs
from rapport.timeline.models import Interaction

LISTED = 100
# Nothing is loaded, run, sent or framed by others; the styles are those of the browser.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@needs("mail.bring_mail")
@require_safe
def files(request: SignedInRequest) -> HttpResponse:
    found = MailFile.objects.visible_to(request.user).newest_first()[:LISTED]
    return render(request, "mail/files.html", {"files": found})


@needs("mail.bring_mail")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Take a mail file in; the same one that was cut short goes on."""
    form = MailFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, now = form.cleaned_data["file"], timezone.now()
        path = set_aside(upload, FOLDER)
        try:
            mail_file = brought(path, upload.name, Strangers(form.cleaned_data["strangers"]), by=request.user, at=now)
        except NoMailError as problem:
            let_go(path)
            form.add_error("file", trouble_in_words(str(problem)))
        else:
            return redirect("mail:file", start(mail_file, at=now, defer=True).pk)
    return render(request, "mail/new.html", {"form": form}, status=422 if form.errors else 200)


@needs("mail.bring_mail")
@require_safe
def show(request: SignedInRequest, mail_file_id: int) -> HttpResponse:
    return render(request, "mail/file.html", state_page(found_file(request, mail_file_id), reader=request.user))


@needs("mail.bring_mail")
@require_safe
def progress(request: SignedInRequest, mail_file_id: int) -> HttpResponse:
    """The state of a file, asked for again and again while it moves."""
    return render(request, "mail/file.html#state", state_page(found_file(request, mail_file_id), reader=request.user))


@needs("mail.bring_mail")
@require_POST
def stop(request: SignedInRequest, mail_file_id: int) -> HttpResponse:
    """Stop behind the batch that is being written; what is in stays in."""
    mail_file = found_file(request, mail_file_id)
    running = MailFile.objects.visible_to(request.user).filter(pk=mail_file.pk, state=State.RUNNING)
    running.update(state=State.STOPPED, moved_at=timezone.now())
    return redirect("mail:file", mail_file.pk)


@needs("mail.bring_mail")
@require_POST
def resume(request: SignedInRequest, mail_file_id: int) -> HttpResponse:
    mail_file = found_file(request, mail_file_id)
    if mail_file.state != State.DONE:
        start(mail_file, at=timezone.now(), defer=True)
    return redirect("mail:file", mail_file.pk)


@needs("mail.bring_mail")
@require_safe
def ledger(request: SignedInRequest) -> HttpResponse:
    """Answer why a mail is not here."""
    form = LedgerForm(request.GET)
    lines = form.among(LedgerLine.objects.visible_to(request.user), reader=request.user)
    page = ledger_page(lines, before=number(request.GET.get("before", "")), reader=request.user)
    about = request.GET.get("about", "").strip()[:400]
    causes = look(about, reader=request.user, at=timezone.now()) if about and not page.entries else []
    return render(request, "mail/ledger.html", {"form": form, "page": page, "causes": causes})


@needs("mail.view_mail")
@require_safe
def whole(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """All of a mail's text, with what it quotes and its signature."""
    mail = found_mail(request, interaction_id)
    return render(request, "mail/line.html#whole", {"pieces": fold(mail.whole), "mail": mail})


@needs("mail.view_mail")
@require_safe
def earlier(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """The mails before it in its thread."""
    mail = found_mail(request, interaction_id)
    return render(request, "mail/line.html#earlier", {"earlier": earlier_of(mail, reader=request.user)})


@needs("mail.view_mail")
@xframe_options_sameorigin
@require_safe
def html(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """A mail as its sender laid it out, as far as that is harmless; made for a frame that may do nothing."""
    mail = found_mail(request, interaction_id)
    response = render(request, "mail/html.html", {"clean": clean(mail.html)})
    response.headers["Content-Security-Policy"] = HTML_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


@needs("mail.view_mail")
@require_safe
def attachment(request: SignedInRequest, interaction_id: int, position: int) -> HttpResponse:
    mail = found_mail(request, interaction_id)
    one = get_object_or_404(Attachment.objects.visible_to(request.user), mail=mail, position=position)
    return send(one.file, one.name)


def found_mail(request: SignedInRequest, interaction_id: int) -> Mail:
    interaction = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id)
    return get_object_or_404(Mail.objects.visible_to(request.user), interaction=interaction)


def found_file(request: SignedInRequest, mail_file_id: int) -> MailFile:
    return get_object_or_404(MailFile.objects.visible_to(request.user).select_related("by"), pk=mail_file_id)
