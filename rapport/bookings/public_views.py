"""What guests reach without signing in: the free times of a link, the form, and what they booked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.bookings import book as verbs
from rapport.bookings.ask import GuestForm, known_zone, moment, new_token, nonce_of
from rapport.bookings.book import Asked, BookingError, is_open
from rapport.bookings.links import found_link, opened, token_of
from rapport.bookings.models import Booking, BookingLink
from rapport.bookings.offer import free_times, near, offered, zone_of
from rapport.bookings.tell import when
from rapport.people.access import open_to_all
from rapport.people.choices import languages, time_zones
from rapport.ui.callers import is_too_often
from rapport.web.ask import TRAP, is_trapped

LARGEST = 16 * 1024
LOOKS_A_MINUTE, BOOKINGS_A_MINUTE = 120, 20
INVALID, GONE, OFTEN, LARGE = 422, 410, 429, 413


@dataclass(frozen=True)
class Guest:
    """In which language and on whose clock somebody reads."""

    language: str
    zone: ZoneInfo

    @classmethod
    def of(cls, request: HttpRequest, link: BookingLink) -> "Guest":
        given = request.POST if request.method == "POST" else request.GET
        wanted = given.get("language", "")
        known = dict(settings.LANGUAGES)
        language = wanted if wanted in known else translation.get_language() or settings.LANGUAGE_CODE
        return cls(language, known_zone(given.get("zone", ""), zone_of(link.user)))


@dataclass(frozen=True)
class Page:
    """A page of one link for one guest."""

    request: HttpRequest
    link: BookingLink
    guest: Guest
    now: datetime

    @cached_property
    def times(self) -> list[datetime]:
        return free_times(self.link, now=self.now)

    def shown(self, template: str, status: int = 200, **more: Any) -> HttpResponse:
        told = {
            "link": self.link,
            "zone": self.guest.zone.key,
            "language": self.guest.language,
            "languages": languages(),
            **more,
        }
        with translation.override(self.guest.language), timezone.override(self.guest.zone):
            response = render(self.request, template, told, status=status)
        response.headers["Content-Language"] = self.guest.language
        response.headers["Cache-Control"] = "no-store"
        return response


def refused(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "bookings/refused.html", {"status": status}, status=status)


@open_to_all
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, booking_slug: str) -> HttpResponse:
    """The free times; with one chosen, the form; sent, what was booked."""
    link = found_link(booking_slug)
    if link is None:
        raise Http404
    if is_too_often(request, f"booking {request.method}", allowed(request)):
        return refused(request, OFTEN)
    # Before anything of it is read.
    if len(request.body) > LARGEST:
        return refused(request, LARGE)
    page = Page(request, link, Guest.of(request, link), timezone.now())
    if request.method == "POST":
        return sent(page)
    wanted = moment(request.GET.get("at", ""))
    if wanted is None:
        return days(page)
    if wanted.astimezone(UTC) not in page.times:
        return days(page, gone=True, status=INVALID)
    return asking(page, wanted, GuestForm())


def allowed(request: HttpRequest) -> int:
    return BOOKINGS_A_MINUTE if request.method == "POST" else LOOKS_A_MINUTE


def days(page: Page, *, gone: bool = False, status: int = 200) -> HttpResponse:
    found = offered(page.times, page.guest.zone, since=day_of(page.request.GET.get("since", "")))
    with translation.override(page.guest.language):
        zones = time_zones()
    return page.shown("bookings/choose.html", status, offered=found, zones=zones, gone=gone)


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def asking(
    page: Page, wanted: datetime, form: GuestForm, *, status: int = 200, trouble: str = "", again: bool = False
) -> HttpResponse:
    """The form for one time; where that is gone, with the times close to it."""
    with translation.override(page.guest.language):
        words = when(wanted, page.guest.zone)
        others = [(one, when(one, page.guest.zone)) for one in near(page.times, wanted) if trouble == "taken"]
        # Bound to the language in which its mistakes are told.
        form.full_clean() if form.is_bound else None
    return page.shown(
        "bookings/ask.html",
        status,
        form=form,
        wanted=wanted.astimezone(UTC),
        when=words,
        others=others,
        trouble=trouble,
        again=again,
        token=new_token(page.link),
        trap=TRAP,
    )


def sent(page: Page) -> HttpResponse:
    given = page.request.POST
    form, wanted = GuestForm(given), moment(given.get("at", ""))
    if wanted is None:
        return days(page, gone=True, status=INVALID)
    if not form.is_valid():
        return asking(page, wanted, form, status=INVALID)
    nonce = nonce_of(page.link, given.get("token", ""))
    if not nonce:
        return asking(page, wanted, form, again=True)
    if is_trapped(given):
        # Machines are thanked, and nothing is kept of what they sent.
        return page.shown("bookings/mine.html", booking=None)
    said = form.cleaned_data
    asked = Asked(
        nonce,
        wanted.astimezone(UTC),
        said["name"],
        said["email"],
        said["words"],
        page.guest.zone.key,
        page.guest.language,
    )
    try:
        booking = verbs.book(page.link, asked, at=page.now)
    except BookingError as problem:
        return asking(page, wanted, form, status=INVALID, trouble=str(problem))
    return redirect("bookings:mine", token_of(booking))


@open_to_all
@never_cache
@require_safe
def mine(request: HttpRequest, booking_token: str) -> HttpResponse:
    booking = opened(booking_token)
    if booking is None or is_too_often(request, "bookings", LOOKS_A_MINUTE):
        return refused(request, GONE if booking is None else OFTEN)
    return told(request, booking)


def told(request: HttpRequest, booking: Booking, *, trouble: str = "") -> HttpResponse:
    """What was booked, and the times to which it can move."""
    now = timezone.now()
    page = Page(request, booking.link, Guest(booking.language, ZoneInfo(booking.zone)), now)
    movable = is_open(booking.meeting, at=now)
    found = free_times(booking.link, now=now, without=booking.meeting_id) if movable else []
    with translation.override(booking.language):
        words = when(booking.meeting.starts_at, page.guest.zone)
    since = day_of(request.GET.get("since", ""))
    return page.shown(
        "bookings/mine.html",
        INVALID if trouble else 200,
        booking=booking,
        token=token_of(booking),
        when=words,
        open=movable,
        offered=offered([one for one in found if one != booking.meeting.starts_at], page.guest.zone, since=since),
        trouble=trouble,
        moving=bool(trouble) or "since" in request.GET,
    )


@open_to_all
@never_cache
@csrf_exempt
@require_POST
def move(request: HttpRequest, booking_token: str) -> HttpResponse:
    return acted(request, booking_token, moment(request.POST.get("at", "")))


@open_to_all
@never_cache
@csrf_exempt
@require_POST
def cancel(request: HttpRequest, booking_token: str) -> HttpResponse:
    """The link is the proof, so no cookie is asked for."""
    return acted(request, booking_token, None, ends=True)


def acted(request: HttpRequest, token: str, begin: datetime | None, *, ends: bool = False) -> HttpResponse:
    booking = opened(token)
    if booking is None or is_too_often(request, "bookings moved", BOOKINGS_A_MINUTE):
        return refused(request, GONE if booking is None else OFTEN)
    try:
        if ends:
            verbs.cancel(booking, at=timezone.now())
        elif begin is None:
            return told(request, booking, trouble="none")
        else:
            verbs.move(booking, begin.astimezone(UTC), at=timezone.now())
    except BookingError as problem:
        return told(request, booking, trouble=str(problem))
    return redirect("bookings:mine", token)
