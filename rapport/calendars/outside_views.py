"""Calendars of others in the browser: a file brought, an address subscribed to, and what became of every entry."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.calendars import subscribe as ways
from rapport.calendars.models import Reading, SubscribedCalendar
from rapport.calendars.outside_forms import CalendarFileForm, SubscribeForm
from rapport.calendars.outside_pages import calendar_page, calendars_page, reading_page
from rapport.calendars.start import FOLDER, let_go, start
from rapport.calendars.subscribe import SubscribeError
from rapport.calendars.told import trouble_in_words
from rapport.calendars.try_out import try_out
from rapport.channels.calendar.happening import NoCalendarError
from rapport.files.keep import set_aside
from rapport.lib.ids import number
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast


@needs("calendars.bring_calendar")
@require_safe
def calendars(request: SignedInRequest) -> HttpResponse:
    return render(request, "calendars/calendars.html", calendars_page(request.user))


@needs("calendars.bring_calendar")
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """Take a calendar file in; the same one again changes nothing."""
    form = CalendarFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload, newcomers = form.cleaned_data["file"], form.cleaned_data["newcomers"]
        path = set_aside(upload, FOLDER)
        try:
            reading = start(path, upload.name, newcomers=newcomers, by=request.user, at=timezone.now())
        except NoCalendarError as problem:
            let_go(path)
            form.add_error("file", trouble_in_words(str(problem)))
        else:
            return redirect("calendars:reading", reading.pk)
    return render(request, "calendars/bring.html", {"form": form}, status=422 if form.errors else 200)


@needs("calendars.bring_calendar")
@require_safe
def reading(request: SignedInRequest, reading_id: int) -> HttpResponse:
    """What became of every entry; asked for again and again while it is read."""
    found = get_object_or_404(Reading.objects.visible_to(request.user).select_related("by", "calendar"), pk=reading_id)
    before, outcome = number(request.GET.get("after", "")), request.GET.get("outcome", "")
    page = reading_page(found, outcome, before=before, reader=request.user)
    return render(request, "calendars/reading.html#state" if request.htmx else "calendars/reading.html", page)


@needs("calendars.bring_calendar")
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: SignedInRequest) -> HttpResponse:
    """The form; its test button answers beside it and keeps nothing."""
    form = SubscribeForm(request.POST or None)
    finding = None
    if request.method == "POST" and form.is_valid():
        if "test" in request.POST:
            finding = try_out(form.cleaned_data["address"])
        else:
            try:
                made = ways.subscribe(form.wish(), by=request.user, at=timezone.now())
            except SubscribeError as problem:
                form.add_error("address", trouble_in_words(str(problem)))
            else:
                return redirect("calendars:calendar", made.pk)
    about = {"form": form, "finding": finding}
    if request.htmx:
        return render(request, "calendars/subscribe.html#finding", about)
    return render(request, "calendars/subscribe.html", about, status=422 if form.errors else 200)


@needs("calendars.bring_calendar")
@require_safe
def calendar(request: SignedInRequest, calendar_id: int) -> HttpResponse:
    page = calendar_page(found_calendar(request, calendar_id), request.user)
    return render(request, "calendars/calendar.html#state" if request.htmx else "calendars/calendar.html", page)


@needs("calendars.bring_calendar")
@require_POST
def test(request: SignedInRequest, calendar_id: int) -> HttpResponse:
    """Ask its server, and keep nothing of the answer."""
    found = found_calendar(request, calendar_id)
    finding = try_out(ways.address_of(found))
    if request.htmx:
        return render(request, "calendars/subscribe.html#finding", {"finding": finding})
    return render(request, "calendars/calendar.html", {**calendar_page(found, request.user), "finding": finding})


@needs("calendars.bring_calendar")
@require_POST
def read(request: SignedInRequest, calendar_id: int) -> HttpResponse:
    found = found_calendar(request, calendar_id)
    ways.now(found, at=timezone.now())
    return toast(request, redirect("calendars:calendar", found.pk), _("It is read within a minute."))


@needs("calendars.bring_calendar")
@require_POST
def unsubscribe(request: SignedInRequest, calendar_id: int) -> HttpResponse:
    found = found_calendar(request, calendar_id)
    ways.unsubscribe(found, by=request.user, at=timezone.now())
    done = _("It is read no more. What was stays on the timelines; what was still to come is cancelled.")
    undo = reverse("calendars:read_calendar", args=[found.pk])
    return toast(request, redirect("calendars:calendar", found.pk), done, undo=undo)


def found_calendar(request: SignedInRequest, calendar_id: int) -> SubscribedCalendar:
    return get_object_or_404(SubscribedCalendar.objects.visible_to(request.user).select_related("user"), pk=calendar_id)
