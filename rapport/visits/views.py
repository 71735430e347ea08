"""The day on the road, its plan, a brief, a report."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from rapport.calendars.models import Meeting
from rapport.calendars.planned import Planned, shown
from rapport.customers.models import Customer
from rapport.customers.veil import thinned
from rapport.journal.keep import undo_of
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.sales.deal import Deal
from rapport.ui.toast import toast
from rapport.visits.brief import brief_of
from rapport.visits.day import day_of, points_of
from rapport.visits.forms import MOST_DEALS, PlanForm, ReportForm, SpotForm, standing
from rapport.visits.mark_spot import mark_spot
from rapport.visits.models import Spot
from rapport.visits.plan_day import plan_day
from rapport.visits.report_visit import report_visit
from rapport.visits.worth_a_visit import candidates

MOST_VISITS = 20
FIRST_YEAR, LAST_YEAR = 1900, 2200


@needs("calendars.view_meeting")
@require_safe
def day(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    chosen = day_in(request.GET.get("day", ""))
    found = day_of(request.user, chosen, at=now)
    told = {
        "day": chosen,
        "earlier": chosen - timedelta(days=1),
        "later": chosen + timedelta(days=1),
        "today": timezone.localdate(),
        "road": found,
        "along": along(request, chosen, [stop.meeting for stop in found.stops]),
        "may_change": request.user.allows("calendars.change_meeting"),
    }
    return render(request, "visits/day.html", told)


def day_in(text: str) -> date:
    """The day that an address names; today for anything else."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    return found if found and FIRST_YEAR < found.year < LAST_YEAR else timezone.localdate()


def along(request: SignedInRequest, chosen: date, meetings: Sequence[Meeting]) -> dict[str, Any]:
    """The pages that can be taken along, and until when they are kept."""
    pages = [f"{reverse('visits:day')}?day={chosen.isoformat()}"]
    for one in meetings:
        pages.append(reverse("visits:brief", args=[one.pk]))
        if request.user.allows("calendars.change_meeting"):
            pages.append(reverse("visits:report", args=[one.pk]))
    until = timezone.localtime() + timedelta(hours=24)
    return {"pages": pages, "until": until.isoformat()}


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """Tick whom to visit; they are put in the order of a short way."""
    now = timezone.now()
    if request.method == "POST":
        form, chosen = PlanForm(request.POST), ticked(request)
        if form.is_valid() and chosen:
            points = points_of([one.pk for one in chosen], reader=request.user)
            key = form.cleaned_data["key"]
            made = plan_day(chosen, points, form.tour(), key=key, by=request.user, at=now)
            words = ngettext("%(count)s visit planned.", "%(count)s visits planned.", len(made)) % {"count": len(made)}
            back = redirect(f"{reverse('visits:day')}?day={form.cleaned_data['day'].isoformat()}")
            return toast(request, back, words, undo=undo_of(request.user, now))
        if form.is_valid():
            form.add_error(None, _("Tick at least one customer."))
        return render(request, "visits/plan.html", planning(request, form, chosen), status=422)
    form = PlanForm(initial={"day": day_in(request.GET.get("day", ""))})
    return render(request, "visits/plan.html", planning(request, form, ticked(request)))


def planning(request: SignedInRequest, form: PlanForm, chosen: Sequence[Customer]) -> dict[str, Any]:
    now = timezone.now()
    on = day_in(request.POST.get("day", "") or request.GET.get("day", ""))
    there = day_of(request.user, on, at=now)
    visited = [one.pk for stop in there.stops for one in stop.line.customers]
    around = [stop.point for stop in there.stops if stop.point]
    around += points_of([one.pk for one in chosen], reader=request.user).values()
    words = (request.GET.get("q", "") or request.POST.get("q", "")).replace("\x00", "").strip()[:200]
    found = candidates(
        request.user,
        day=on,
        words=words,
        around=around,
        without=[*visited, *(one.pk for one in chosen)],
        at=now,
    )
    return {
        "form": form,
        "chosen": thinned(chosen, reader=request.user),
        "found": found,
        "words": words,
        "day": on,
        "there": there.stops,
    }


def ticked(request: SignedInRequest) -> list[Customer]:
    """The customers that are ticked, as far as they may be seen, in the order in which they were."""
    given = [*request.GET.getlist("customers"), *request.POST.getlist("customers")]
    ids = list(dict.fromkeys(number(one) for one in given))[:MOST_VISITS]
    found = Customer.objects.visible_to(request.user).living().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@needs("calendars.change_meeting")
@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """Those who are ticked, and those whom the words may mean, to be ticked."""
    return render(request, "visits/plan.html#whom", planning(request, PlanForm(), ticked(request)))


@needs("calendars.view_meeting")
@require_safe
def brief(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    """One page before the visit, for each customer who takes part."""
    line = line_of(request, meeting_id)
    now = timezone.now()
    told = {
        "line": line,
        "briefs": [brief_of(one, reader=request.user, at=now) for one in seen(request, line)],
        "may_change": request.user.allows("calendars.change_meeting"),
    }
    return render(request, "visits/brief.html", told)


def line_of(request: SignedInRequest, meeting_id: int) -> Planned:
    found = Meeting.objects.visible_to(request.user).filter(pk=meeting_id)
    get_object_or_404(found)
    (line,) = shown(found, reader=request.user, at=timezone.now())
    return line


def seen(request: SignedInRequest, line: Planned) -> Sequence[Customer]:
    return list(Customer.objects.visible_to(request.user).filter(pk__in=[one.pk for one in line.customers[:3]]))


@needs("calendars.change_meeting")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, meeting_id: int) -> HttpResponse:
    """Written on the road; sent later with its key, it comes in once."""
    line = line_of(request, meeting_id)
    customers = [one.pk for one in line.customers]
    deals = list(
        Deal.objects.visible_to(request.user).open().filter(member__customer__in=customers).order_by("pk")[:MOST_DEALS]
    )
    later = request.headers.get("Accept", "").startswith("application/json")
    if request.method != "POST":
        return drawn(request, line, ReportForm(deals=deals), deals)
    form = ReportForm(request.POST, deals=deals)
    if not form.is_valid():
        if later:
            faults = [str(one) for errors in form.errors.values() for one in errors]
            return JsonResponse({"faults": faults}, status=422)
        return drawn(request, line, form, deals, status=422)
    now = timezone.now()
    key, said = form.cleaned_data["key"], form.said(request.POST.dict(), at=now)
    done = report_visit(line.meeting, said, key=key, by=request.user, at=now)
    words = _("It stands on the timeline.")
    if done.clash:
        words = _("It stands on the timeline. The deal has another next step since; yours stands in the report.")
    back = f"{reverse('visits:day')}?day={timezone.localdate(line.meeting.starts_at).isoformat()}"
    if later:
        return JsonResponse({"words": words, "address": back})
    return toast(request, redirect(back), words)


def drawn(
    request: SignedInRequest, line: Planned, form: ReportForm, deals: Sequence[Deal], *, status: int = 200
) -> HttpResponse:
    told = {"line": line, "form": form, "deals": deals, "standing": standing(deals)}
    return render(request, "visits/report.html", told, status=status)


@needs("customers.change_customer")
@require_http_methods(["GET", "HEAD", "POST"])
def spot(request: SignedInRequest, customer_id: int) -> HttpResponse:
    """Where a customer is found: said by hand, or by the telephone that is there."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).living(), pk=customer_id)
    known = points_of([customer.pk], reader=request.user).get(customer.pk)
    back = back_to(request, customer)
    if request.method != "POST":
        first = {"place": known.written if known else "", "means": Spot.Means.HAND}
        told = {"form": SpotForm(initial=first), "customer": customer, "back": back}
        return render(request, "visits/spot.html", told)
    form = SpotForm(request.POST)
    if not form.is_valid():
        return render(request, "visits/spot.html", {"form": form, "customer": customer, "back": back}, status=422)
    north, east = form.cleaned_data["place"]
    means = Spot.Means(form.cleaned_data["means"])
    mark_spot(customer, north, east, means=means, by=request.user, at=timezone.now())
    return toast(request, redirect(back), _("Saved."))


def back_to(request: SignedInRequest, customer: Customer) -> str:
    """The brief that one came from, else the customer's page."""
    meeting = number(request.GET.get("meeting", ""))
    if meeting and Meeting.objects.visible_to(request.user).filter(pk=meeting).exists():
        return reverse("visits:brief", args=[meeting])
    return reverse("customer", args=[customer.pk])
