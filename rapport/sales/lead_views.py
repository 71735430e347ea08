"""Leads: the inbox, the list, the page of one, and what can be done with it."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.channels.inbound import Channel
from rapport.customers.models import Customer
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.lists.answer import answer, hand_out
from rapport.people.access import SignedInRequest, needs
from rapport.people.models import User
from rapport.sales.deal_forms import DealForm
from rapport.sales.enquiry import LeadSource
from rapport.sales.lead import Lead
from rapport.sales.lead_forms import AsideForm, GiveForm, LeadForm, OfForm, WarmForm
from rapport.sales.lead_inbox import inbox
from rapport.sales.lead_listing import LEAD_LIST
from rapport.sales.lead_page import page_of
from rapport.sales.open_lead import NewLead, member_of, open_lead
from rapport.sales.pipeline import End, Stage
from rapport.sales.qualify_lead import NotOpen, Qualified, qualify_lead
from rapport.sales.settle_lead import keep_warm, set_aside, take_up_again
from rapport.sales.take_lead import Gone, Taken, take_lead
from rapport.sales.write_down_lead import Enquiry, write_down_lead
from rapport.timeline.models import Interaction
from rapport.ui.toast import toast

INVALID, CONFLICT = 422, 409


@needs("sales.view_lead")
@require_safe
def inbox_page(request: SignedInRequest) -> HttpResponse:
    whose = request.GET.get("whose", "")
    shown = {
        "inbox": inbox(request.user, whose=whose, at=timezone.now()),
        "whose": whose if whose in {"mine", "nobodys", "all"} else "",
        "may_change": request.user.allows("sales.change_lead"),
        "may_qualify": request.user.allows("sales.change_deal"),
        "may_shape": request.user.allows("sales.change_route"),
        "sources": LeadSource.objects.visible_to(request.user).current().exists(),
    }
    template = "sales/lead_inbox.html#lines" if request.htmx.target == "leads" else "sales/lead_inbox.html"
    response = render(request, template, shown)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@needs("sales.view_lead")
@require_safe
def list_page(request: SignedInRequest) -> HttpResponse:
    path = reverse("sales:export_leads", args=["x"])[:-1]
    words = {
        "empty_title": _("No leads yet"),
        "empty_text": _("What comes in by a web form, a call or a mail and may become a deal stands here."),
        "may_change": request.user.allows("sales.change_lead"),
    }
    return answer(request, LEAD_LIST, "sales/leads.html", export_path=path, **words)


@needs("customers.export_customer")
@require_safe
def export_list(request: SignedInRequest, form: str) -> HttpResponse:
    """Exactly what the list with this address shows, from its first page to its last."""
    return hand_out(request, LEAD_LIST, form)


@needs("sales.change_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """An enquiry by whoever the address names, or by somebody new."""
    wanted = request.GET.get("customer", "")
    customer = Customer.objects.visible_to(request.user).living().filter(pk=number(wanted)).first() if wanted else None
    initial = {"key": uuid.uuid4(), "name": request.GET.get("name", "")}
    form = LeadForm(request.POST or None, writer=request.user, known=customer is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        enquiry = Enquiry(
            given["wish"],
            given["source"],
            Channel(given["channel"]),
            given["text"],
            customer,
            given.get("name", ""),
            given.get("email", ""),
            given.get("phone", ""),
            form.whose,
        )
        made = write_down_lead(enquiry, key=given["key"], by=request.user, at=now)
        undo = undo_of(request.user, now)
        if not Lead.objects.visible_to(request.user).filter(pk=made.pk).exists():
            words = _("Written down. It is with another team, so you don't see it.")
            return toast(request, redirect("sales:leads"), words, undo=undo)
        return toast(request, redirect("sales:lead", made.pk), _("Written down."), undo=undo)
    shown = {
        "form": form,
        "customer": customer,
        "ready": LeadSource.objects.visible_to(request.user).current().exists(),
    }
    return render(request, "sales/lead_new.html", shown, status=INVALID if form.errors else 200)


@needs("sales.change_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def of_interaction(request: SignedInRequest, interaction_id: int) -> HttpResponse:
    """Make a lead of what somebody wrote or said."""
    found = get_object_or_404(Interaction.objects.visible_to(request.user), pk=interaction_id, direction="inbound")
    known = Lead.objects.visible_to(request.user).filter(interaction=found).first()
    if known:
        return redirect("sales:lead", known.pk)
    sources = list(LeadSource.objects.visible_to(request.user).current())
    first = next((one for one in sources if one.channel == found.channel), sources[0] if sources else None)
    form = OfForm(request.POST or None, initial={"wish": str(found)[:200], "source": first})
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        wish = NewLead(given["wish"], given["source"], member_of(found), "", found, request.user)
        made = open_lead(wish, by=request.user, at=now, came_at=found.at)
        return toast(request, redirect("sales:lead", made.pk), _("It is a lead now."), undo=undo_of(request.user, now))
    shown = {"form": form, "title": _("Make it a lead"), "verb": _("Make it a lead"), "back": reverse("sales:leads")}
    return render(request, "sales/lead_ask.html", shown, status=INVALID if form.errors else 200)


@needs("sales.view_lead")
@require_safe
def lead(request: SignedInRequest, lead_id: int) -> HttpResponse:
    return render(request, "sales/lead.html", page_of(found(request, lead_id), reader=request.user, at=timezone.now()))


@needs("sales.change_lead")
@require_POST
def take(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """Make it one's own, if nobody was quicker; `seen` is whose it was on the page."""
    one, now = found(request, lead_id), timezone.now()
    outcome = take_lead(lead_id, seen=number(request.POST.get("seen", "")) or None, by=request.user, at=now)
    match outcome:
        case Taken():
            words = _("“%(lead)s” is yours.") % {"lead": one}
            return toast(request, after(request, lead_id), words, undo=undo_of(request.user, now))
        case Gone(lead=gone):
            return toast(request, after(request, lead_id, CONFLICT), gone_words(gone))


def gone_words(gone: Lead) -> str:
    if gone.is_open and gone.owner:
        return _("%(who)s was quicker: it is theirs now.") % {"who": gone.owner}
    return _("It is no open lead any more: %(state)s.") % {"state": gone.get_state_display()}


@needs("sales.change_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: SignedInRequest, lead_id: int) -> HttpResponse:
    one = found(request, lead_id)
    form = GiveForm(request.POST or None, initial={"owner": one.owner_id})
    if request.method == "POST" and form.is_valid():
        now, to = timezone.now(), form.cleaned_data["owner"]
        outcome = take_lead(lead_id, seen=one.owner_id, by=request.user, at=now, to=to)
        if isinstance(outcome, Gone):
            return toast(request, redirect("sales:lead", lead_id), gone_words(outcome.lead))
        words, undo = _("It is with %(who)s now.") % {"who": to}, undo_of(request.user, now)
        return toast(request, redirect(there(request.user, lead_id)), words, undo=undo)
    return ask(request, one, form, _("Give to a colleague"), _("Give"))


@needs("sales.change_deal")
@require_http_methods(["GET", "HEAD", "POST"])
def qualify(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """Open a deal of it: what is known stands there, only the next step is asked."""
    one = found(request, lead_id)
    if one.deal_id:
        return redirect("sales:deal", one.deal_id)
    stages = list(Stage.objects.visible_to(request.user).current().filter(end=End.OPEN).select_related("pipeline"))
    initial = {"name": one.wish, "owner": one.owner or request.user, "stage": stages[0] if stages else None}
    form = DealForm(request.POST or None, stages=stages, initial=initial)
    if request.method == "POST" and stages and form.is_valid():
        now = timezone.now()
        match qualify_lead(lead_id, form.new(), by=request.user, at=now):
            case Qualified(deal=deal):
                words = _("It is a deal now.")
                return toast(request, redirect("sales:deal", deal.pk), words, undo=undo_of(request.user, now))
            case NotOpen(lead=shut):
                return toast(request, redirect("sales:lead", lead_id), not_open(shut))
    if one.member_id is None:
        return toast(request, redirect("sales:lead", lead_id), not_open(one))
    if not stages:
        words = _("There is no pipeline yet: somebody who leads has to set one up first.")
        return toast(request, redirect("sales:lead", lead_id), words)
    return ask(request, one, form, _("Qualify: it becomes a deal"), _("Open deal"))


def not_open(one: Lead) -> str:
    if one.member_id is None:
        return _("Say first whose it is: what it came by waits among the unassigned.")
    return _("It is no open lead any more: %(state)s.") % {"state": one.get_state_display()}


@needs("sales.change_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def aside(request: SignedInRequest, lead_id: int) -> HttpResponse:
    one, form = found(request, lead_id), AsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        done = set_aside(lead_id, given["reason"], given["said"], by=request.user, at=now)
        return settled(request, done, _("Set aside."), undo_of(request.user, now))
    return ask(request, one, form, _("Set aside"), _("Set aside"))


@needs("sales.change_lead")
@require_http_methods(["GET", "HEAD", "POST"])
def warm(request: SignedInRequest, lead_id: int) -> HttpResponse:
    one, form = found(request, lead_id), WarmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        done = keep_warm(lead_id, form.cleaned_data["until"], by=request.user, at=now)
        return settled(request, done, _("Kept warm until then."), undo_of(request.user, now))
    return ask(request, one, form, _("Keep warm until a day"), _("Keep warm"))


@needs("sales.change_lead")
@require_POST
def reopen(request: SignedInRequest, lead_id: int) -> HttpResponse:
    found(request, lead_id)
    now = timezone.now()
    done = take_up_again(lead_id, by=request.user, at=now)
    undo = undo_of(request.user, now)
    return toast(
        request, redirect("sales:lead", lead_id), _("Taken up again.") if done else _("It is open."), undo=undo
    )


def found(request: SignedInRequest, lead_id: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.user).whole(), pk=lead_id)


def ask(request: SignedInRequest, one: Lead, form: Any, title: str, verb: str) -> HttpResponse:
    shown = {"form": form, "title": title, "verb": verb, "lead": one, "back": reverse("sales:lead", args=[one.pk])}
    return render(request, "sales/lead_ask.html", shown, status=INVALID if form.errors else 200)


def settled(request: SignedInRequest, done: Lead | None, words: str, undo: str) -> HttpResponse:
    if done is None:
        words, undo = _("Somebody has settled it in the meantime."), ""
    return toast(request, redirect("sales:leads"), words, undo=undo)


def there(reader: User, lead_id: int) -> str:
    """Where whoever gave a lead away goes on: its page, as long as they see it."""
    seen = Lead.objects.visible_to(reader).filter(pk=lead_id).exists()
    return reverse("sales:lead", args=[lead_id]) if seen else reverse("sales:leads")


def after(request: SignedInRequest, lead_id: int, status: int = 204) -> HttpResponse:
    """The inbox fetches itself anew; whoever came without a script, or from the page of the lead, goes there."""
    if not request.htmx:
        return redirect("sales:lead", lead_id)
    response = HttpResponse(status=status)
    response["HX-Trigger"] = '{"leads:changed": {}}'
    return response
