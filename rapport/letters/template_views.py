"""Where templates are declared, changed and retired, and everybody writes their signatures."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.agenda.look_at import seen_last
from rapport.journal.keep import undo_of
from rapport.letters.fill import FIELDS, About, fill
from rapport.letters.forms import SignatureForm, TemplateForm
from rapport.letters.models import Signature, Template
from rapport.letters.retire import retire, take_up
from rapport.letters.send_letter import bodies
from rapport.letters.senders import accounts_of, signatures_of
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.ui.toast import toast

INVALID = 422


@needs("letters.change_template")
@require_safe
def templates(request: SignedInRequest) -> HttpResponse:
    found = list(Template.objects.visible_to(request.user).select_related("scope__team").order_by("name", "pk"))
    shown = {
        "living": [one for one in found if not one.retired_at],
        "retired": [one for one in found if one.retired_at],
    }
    return render(request, "letters/templates.html", shown)


@needs("letters.change_template")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """A new one; ``use`` in the address is what it is for."""
    use = request.GET.get("use", "")
    fresh = Template(by=request.user, use=use if use in Template.Use.values else Template.Use.LETTER)
    return edited(request, fresh, _("New template"))


@needs("letters.change_template")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, template_id: int) -> HttpResponse:
    found = get_object_or_404(Template.objects.visible_to(request.user), pk=template_id)
    return edited(request, found, found.name)


def edited(request: SignedInRequest, template: Template, title: str) -> HttpResponse:
    form = TemplateForm(request.POST or None, instance=template, writer=request.user)
    if request.method == "POST" and form.is_valid():
        form.instance.changed_at = timezone.now()
        form.save()
        return toast(request, redirect("letter_templates:list"), _("Saved."))
    shown = {
        "form": form,
        "title": title,
        "template": template,
        "fields": FIELDS,
        "draft": f"template:{template.pk or 0}",
        **shown_on(template, request.user),
    }
    return render(request, "letters/template.html", shown, status=INVALID if form.errors else 200)


def shown_on(template: Template, user: User) -> dict[str, object]:
    """The template as it would read for the customer whom one saw last."""
    seen = seen_last(user, most=1)
    if not seen or not template.pk:
        return {}
    last = seen[0].customer
    about = About(last, user, timezone.now())
    subject, text = fill(template.subject, about), fill(template.text, about)
    plain, html = bodies(text.text, "")
    return {"example": last, "subject": subject, "text": plain, "html": html, "trouble": text.trouble}


@needs("letters.change_template")
@require_POST
def retirement(request: SignedInRequest, template_id: int) -> HttpResponse:
    """Retire a template, or take it back: ``back`` says so."""
    found = get_object_or_404(Template.objects.visible_to(request.user), pk=template_id)
    back, response = "back" in {**request.GET.dict(), **request.POST.dict()}, redirect("letter_templates:list")
    if back:
        words = _("%(name)s is back.") if take_up(found) else _("There is another template of this name now.")
        return toast(request, response, words % {"name": found})
    now = timezone.now()
    retire(found, by=request.user, at=now)
    return toast(request, response, _("%(name)s is retired.") % {"name": found}, undo=undo_of(request.user, now))


@needs("letters.write_letter")
@require_http_methods(["GET", "HEAD", "POST"])
def signatures(request: SignedInRequest) -> HttpResponse:
    """One's usual signature, and one for each account that asks for another."""
    own = signatures_of(request.user)
    accounts = [None, *accounts_of(request.user)]
    forms = [
        SignatureForm(
            request.POST or None,
            instance=own.get(account.pk if account else None, Signature(user=request.user, account=account)),
            prefix=str(account.pk if account else 0),
        )
        for account in accounts
    ]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        for form in forms:
            if form.has_changed():
                form.save()
        return toast(request, redirect("letter_templates:signatures"), _("Saved."))
    pairs = list(zip(accounts, forms, strict=True))
    return render(request, "letters/signatures.html", {"pairs": pairs}, status=200)
