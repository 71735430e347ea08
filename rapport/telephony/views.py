"""Calls on the screen: what rings, who it is, what was said; and one's extension."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.customers.find import find_customers
from rapport.customers.models import Customer
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.telephony.extension import extension_of
from rapport.telephony.forms import ExtensionForm, NoteForm
from rapport.telephony.models import Call
from rapport.telephony.report import note, put_away, say_who
from rapport.telephony.ringing import on_screen, ringing
from rapport.ui.toast import toast

SUGGESTED = 8


@needs("telephony.view_call")
@require_safe
def now(request: SignedInRequest) -> HttpResponse:
    """What stands at the edge of every page while the telephone rings."""
    return render(request, "telephony/now.html", {"calls": ringing(request.user, at=timezone.now())})


@needs("telephony.view_call")
@require_safe
def call(request: SignedInRequest, call_id: int) -> HttpResponse:
    """One call: who it was, and what is to be remembered of it."""
    found = get_object_or_404(Call.objects.visible_to(request.user).select_related("member", "user"), pk=call_id)
    words = request.GET.get("q", "")
    hits = find_customers(request.user, words, limit=SUGGESTED)
    several = Customer.objects.visible_to(request.user).living().in_bulk([hit.customer_id for hit in hits])
    shown = {
        "line": on_screen(found, request.user, opens=False, at=timezone.now()),
        "form": NoteForm(initial={"subject": found.subject, "text": found.text}),
        "may_write": request.user.allows("timeline.add_interaction"),
        "words": words,
        "found": list(several.values()),
    }
    return render(request, "telephony/call.html#found" if request.htmx else "telephony/call.html", shown)


@needs("timeline.add_interaction")
@require_POST
def noted(request: SignedInRequest, call_id: int) -> HttpResponse:
    found = get_object_or_404(Call.objects.visible_to(request.user), pk=call_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        shown = {
            "line": on_screen(found, request.user, opens=False, at=timezone.now()),
            "form": form,
            "may_write": True,
        }
        return render(request, "telephony/call.html", shown, status=422)
    given, at = form.cleaned_data, timezone.now()
    note(found, given["subject"], given["text"], by=request.user, at=at)
    line = on_screen(found, request.user, opens=False, at=at)
    back = redirect("customer", line.one.pk) if line.one else redirect("telephony:call", found.pk)
    return toast(request, back, _("The call is written down."))


@needs("timeline.assign_interaction")
@require_POST
def who(request: SignedInRequest, call_id: int) -> HttpResponse:
    """Say which customer it is."""
    found = get_object_or_404(Call.objects.visible_to(request.user), pk=call_id)
    chosen = number(request.POST.get("customer", ""))
    customer = Customer.objects.visible_to(request.user).living().filter(pk=chosen).first()
    if customer is None:
        return toast(request, redirect("telephony:call", found.pk), _("Choose a customer first."))
    say_who(found, customer, by=request.user, at=timezone.now())
    return redirect("customer", customer.pk)


@needs("telephony.view_call")
@require_POST
def away(request: SignedInRequest, call_id: int) -> HttpResponse:
    """Off the screen."""
    found = get_object_or_404(Call.objects.visible_to(request.user), pk=call_id)
    put_away(found, by=request.user, at=timezone.now())
    return render(request, "telephony/now.html", {"calls": ringing(request.user, at=timezone.now())})


@needs("people.change_self")
@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: SignedInRequest) -> HttpResponse:
    """By which number one is called, and whether pages open by themselves."""
    form = ExtensionForm(request.POST or None, instance=extension_of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect("telephony:extension"), _("Saved."))
    return render(request, "telephony/extension.html", {"form": form}, status=422 if form.errors else 200)
