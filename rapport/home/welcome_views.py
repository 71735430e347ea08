"""The first-run guide: from nobody to the first administrator, and on to the first customers."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_http_methods

from rapport.home.welcome_forms import FoundingForm, PlaceForm, TeamsForm
from rapport.lib import installed
from rapport.lib.zones import main_zone
from rapport.people.access import SignedInRequest, needs, open_to_all
from rapport.people.add_team import add_team
from rapport.people.choices import languages
from rapport.people.found import Founder, found
from rapport.people.models import Team, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
COUNTRY_CODE = 2
PROXIED = frozenset(("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"))


@dataclass(frozen=True)
class Step:
    """Where in the guide the reader is."""

    number: int
    title: "StrOrPromise"
    of: int = 4


FOUNDING, PLACE = Step(1, _("Who are you?")), Step(2, _("Which language and which clock?"))
TEAMS, START = Step(3, _("Who works together?")), Step(4, _("How do you want to begin?"))


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def founding(request: HttpRequest) -> HttpResponse:
    if User.objects.exists():
        return redirect("home:day")
    if not invited(request):
        return render(request, "home/uninvited.html", status=403)
    form = FoundingForm(request.POST or None, initial={"country": country_of(request)})
    if request.method == "POST" and form.is_valid():
        user = found(form.cleaned_data["organisation"], form.cleaned_data["country"], founder(form))
        if user is None:
            return redirect("home:day")
        login(request, user, backend=BACKEND)
        return redirect("welcome-place")
    return shown(request, FOUNDING, form, languages=languages())


def invited(request: HttpRequest) -> bool:
    """Whoever sits at this machine may begin; from anywhere else only who knows the code, lest a stranger is first."""
    if is_here(request.META.get("REMOTE_ADDR", "")) and not PROXIED & request.META.keys() and not settings.PUBLIC_URL:
        return True
    return constant_time_compare(request.GET.get("code", ""), installed.founding_code(settings.HOME))


def is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def founder(form: FoundingForm) -> Founder:
    given = form.cleaned_data
    zone = main_zone(given["country"])
    return Founder(given["name"], given["email"], given["password"], translation.get_language() or "en", zone)


def country_of(request: HttpRequest) -> str:
    """The country that the browser's languages hint at."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        _name, _dash, region = language.partition("-")
        if len(region) == COUNTRY_CODE:
            return region.upper()
    return "GB"


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def language(_request: HttpRequest, code: str) -> HttpResponse:
    """Speak ``code`` to this browser from now on, until somebody with a language of their own signs in."""
    response = redirect("welcome")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=settings.SECURE)
    return response


@needs("people.change_user")
def place(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = PlaceForm(request.POST or None, initial={"language": user.language, "time_zone": user.time_zone or "UTC"})
    if request.method == "POST" and form.is_valid():
        user.language, user.time_zone = form.cleaned_data["language"], form.cleaned_data["time_zone"]
        user.save(update_fields=["language", "time_zone"])
        return redirect("welcome-teams")
    return shown(request, PLACE, form)


@needs("people.change_user")
def teams(request: SignedInRequest) -> HttpResponse:
    form = TeamsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for name in form.cleaned_data["teams"]:
            add_team(name)
        return redirect("welcome-start")
    return shown(request, TEAMS, form, skip=reverse("welcome-start"), teams=Team.objects.visible_to(request.user))


@needs("people.change_user")
def start(request: SignedInRequest) -> HttpResponse:
    return shown(request, START, None)


def shown(request: HttpRequest, step: Step, form: object, **more: object) -> HttpResponse:
    return render(request, "home/welcome.html", {"step": step, "form": form, **more})
