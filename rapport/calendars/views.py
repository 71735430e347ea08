"""Meetings: plan, look at, change, hold, cancel."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.calendars import cancel as ends
from rapport.calendars.forms import MeetingForm, ResultForm, said
from rapport.calendars.hold import hold
from rapport.calendars.models import Meeting
from rapport.calendars.plan import change, plan
from rapport.calendars.planned import shown
from rapport.customers.find import find_customers
from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

SUGGESTED, MOST_GUESTS = 8, 100


@needs("calendars.view_meeting")
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """One's own meetings and calls that are planned."""
    now = timezone.now()
    found = Meeting.objects.visible_to(request.user).of(request.user).planned().order_by("starts_at", "pk")
    told = {
        "lines": shown(found[:200], reader=request.user, at=now),
        "may_bring": request.user.allows("calendars.bring_calendar"),
        "may_plan": request.user.allows("calendars.change_meeting"),
    }
    return render(request, "calendars/mine.html", told)


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    chosen = guests(request)
    if request.method != "POST":
        begin = timezone.localtime()
        first = {
            "day": begin.date(),
            "colleagues": [request.user.pk],
            "kind": "call" if request.GET.get("kind") == "call" else "meeting",
        }
        return render(
            request,
            "calendars/form.html",
            {"form": MeetingForm(initial=first), "chosen": thinned(chosen, reader=request.user)},
        )
    form = MeetingForm(request.POST)
    if not form.is_valid():
        return render(
            request, "calendars/form.html", {"form": form, "chosen": thinned(chosen, reader=request.user)}, status=422
        )
    now = timezone.now()
    meeting = plan(form.wish(), customers=chosen, colleagues=form.cleaned_data["colleagues"], by=request.user, at=now)
    back = redirect("customer", chosen[0].pk) if chosen else redirect("calendars:meeting", meeting.pk)
    return toast(request, back, _("Planned."), undo=undo_of(request.user, now))


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    """Move it, or change who takes part; guests that the reader may not see stay."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting_id)
    if request.method != "POST":
        (known,) = shown(
            Meeting.objects.visible_to(request.user).filter(pk=meeting.pk), reader=request.user, at=timezone.now()
        )
        form = MeetingForm(initial=said(meeting))
        return render(
            request,
            "calendars/form.html",
            {"form": form, "chosen": thinned(known.customers, reader=request.user), "meeting": meeting},
        )
    form, chosen = MeetingForm(request.POST), guests(request)
    if not form.is_valid():
        return render(
            request,
            "calendars/form.html",
            {"form": form, "chosen": thinned(chosen, reader=request.user), "meeting": meeting},
            status=422,
        )
    seen = Customer.objects.visible_to(request.user).values("pk")
    hidden = [
        one.member.customer
        for one in meeting.guests.exclude(member__customer__in=seen).select_related("member__customer")
    ]
    now = timezone.now()
    change(
        meeting,
        form.wish(),
        customers=[*chosen, *hidden],
        colleagues=form.cleaned_data["colleagues"],
        by=request.user,
        at=now,
    )
    return toast(request, redirect("calendars:meeting", meeting.pk), _("Saved."), undo=undo_of(request.user, now))


def guests(request: SignedInRequest) -> list[Customer]:
    """The customers that are ticked, as far as they may be seen; ``customer`` of the address is the first."""
    given = [*request.GET.getlist("customer"), *request.POST.getlist("customers"), *request.GET.getlist("customers")]
    ids = list(dict.fromkeys(number(one) for one in given))[:MOST_GUESTS]
    found = Customer.objects.visible_to(request.user).living().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@needs("calendars.change_meeting")
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """Those who are ticked, and those whom the words may mean, to be ticked."""
    chosen = guests(request)
    hits = find_customers(request.user, request.GET.get("q", ""), limit=SUGGESTED)
    ids = [hit.customer_id for hit in hits if hit.customer_id not in {one.pk for one in chosen}]
    found = Customer.objects.visible_to(request.user).living().in_bulk(ids)
    shown_too = thinned((found[pk] for pk in ids if pk in found), reader=request.user)
    chosen = thinned(chosen, reader=request.user)
    return render(request, "calendars/form.html#guests", {"chosen": chosen, "found": shown_too, "asked": True})


@needs("calendars.view_meeting")
@require_safe
def meeting(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    found = Meeting.objects.visible_to(request.user).filter(pk=meeting_id)
    get_object_or_404(found)
    (line,) = shown(found, reader=request.user, at=timezone.now())
    form = ResultForm(initial={"result": line.meeting.result})
    may_change = request.user.allows("calendars.change_meeting")
    return render(request, "calendars/meeting.html", {"line": line, "form": form, "may_change": may_change})


@needs("calendars.change_meeting")
@require_POST
def held(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting_id)
    form = ResultForm(request.POST)
    if not form.is_valid():
        return toast(request, redirect("calendars:meeting", found.pk), _("The result is too long."))
    hold(found, form.cleaned_data["result"], by=request.user, at=timezone.now())
    return toast(request, redirect("calendars:meeting", found.pk), _("It stands on the timeline."))


@needs("calendars.change_meeting")
@require_POST
def cancel(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting_id)
    now = timezone.now()
    ends.cancel(found, by=request.user, at=now)
    return toast(request, redirect("calendars:meeting", found.pk), _("Cancelled."), undo=undo_of(request.user, now))


@needs("calendars.change_meeting")
@require_POST
def restore(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting_id)
    now = timezone.now()
    ends.restore(found, by=request.user, at=now)
    words = _("It takes place after all.")
    return toast(request, redirect("calendars:meeting", found.pk), words, undo=undo_of(request.user, now))
