"""Somebody's own calendar at a server: connect, test, choose, see how it goes, decide where both sides differ."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.calendars import connect as ways
from rapport.calendars.choose_side import choose_side
from rapport.calendars.own_calendar import OwnCalendar, OwnEntry
from rapport.calendars.own_forms import AccountForm
from rapport.calendars.own_pages import own_page
from rapport.calendars.told import trouble_in_words
from rapport.calendars.try_out import Finding
from rapport.channels.caldav import Account, DavError, Found
from rapport.lib.sealed import SealError, seal, unseal
from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast

INVALID = 422


@needs("calendars.bring_calendar")
@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    page = own_page(request.user, at=timezone.now())
    if page["calendar"] is None:
        return redirect("calendars:connect")
    return render(request, "calendars/own.html#state" if request.htmx else "calendars/own.html", page)


@needs("calendars.bring_calendar")
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: SignedInRequest) -> HttpResponse:
    """The account first; its calendars are then offered to choose from. Testing keeps nothing."""
    known = OwnCalendar.objects.visible_to(request.user).first()
    kept = opened(request.POST.get("kept", ""))
    form = AccountForm(request.POST or None, known, keeps=bool(kept))
    told = {"form": form, "known": known}
    if request.method != "POST":
        return render(request, "calendars/connect.html", told)
    asked = asked_by(form, kept or secret_of(known))
    if asked is None:
        return render(request, "calendars/connect.html", told, status=INVALID)
    account, found = asked
    chosen = next((one for one in found if one.address == request.POST.get("calendar")), None)
    if len(found) == 1:
        chosen = found[0]
    if "test" in request.POST or chosen is None:
        words = ngettext("It works: %(number)s calendar.", "It works: %(number)s calendars.", len(found))
        finding = Finding(True, words % {"number": len(found)})  # noqa: FBT003
        # Only this server can open it: nobody types a password twice to choose a calendar.
        form.fields["secret"].required = False
        sealed = seal(account.secret, key=settings.SECRET_KEY).decode()
        return render(request, "calendars/connect.html", {**told, "finding": finding, "kept": sealed})
    ways.connect(account, chosen, by=request.user, at=timezone.now())
    return toast(request, redirect("calendars:own"), _("Connected. Both sides are compared within a minute."))


def asked_by(form: AccountForm, secret: str) -> tuple[Account, list[Found]] | None:
    """The account and its calendars; None when something is wrong, which the form then says."""
    # What the server offers is known only when it was asked.
    calendar = form.fields.pop("calendar")
    valid = form.is_valid()
    form.fields["calendar"] = calendar
    if not valid:
        return None
    account = form.account(secret)
    if not account.secret:
        form.add_error("secret", _("Give the password."))
        return None
    try:
        found = ways.look(account)
    except DavError as problem:
        form.add_error("server", trouble_in_words(str(problem)))
        return None
    form.offer(found)
    return account, found


def opened(kept: str) -> str:
    """A password that was sealed into the form; empty when it is none of ours."""
    try:
        return unseal(kept[:4_000].encode(), key=settings.SECRET_KEY) if kept else ""
    except SealError:
        return ""


def secret_of(known: OwnCalendar | None) -> str:
    """The password that is kept; empty where there is none, or another installation sealed it."""
    try:
        return unseal(bytes(known.sealed), key=settings.SECRET_KEY) if known else ""
    except SealError:
        return ""


@needs("calendars.bring_calendar")
@require_POST
def sync(request: SignedInRequest) -> HttpResponse:
    found = get_object_or_404(OwnCalendar.objects.visible_to(request.user))
    ways.now(found, at=timezone.now())
    return toast(request, redirect("calendars:own"), _("Both sides are compared within a minute."))


@needs("calendars.bring_calendar")
@require_POST
def disconnect(request: SignedInRequest) -> HttpResponse:
    found = get_object_or_404(OwnCalendar.objects.visible_to(request.user))
    ways.disconnect(found)
    done = _("Nothing goes to and fro any more. What stands on either side stays there.")
    return toast(request, redirect("calendars:calendars"), done)


@needs("calendars.bring_calendar")
@require_POST
def choose(request: SignedInRequest, own_entry_id: int) -> HttpResponse:
    found = get_object_or_404(OwnEntry.objects.visible_to(request.user), pk=own_entry_id)
    side, part = request.POST.get("side", ""), request.POST.get("part", "")
    if not choose_side(found, side, part=part, at=timezone.now()):
        return toast(request, redirect("calendars:own"), _("This was settled in the meantime."))
    return toast(request, redirect("calendars:own"), _("Both sides follow within a minute."))
