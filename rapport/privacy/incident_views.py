"""Incidents in the browser: the register with its clocks, one incident, and every step of handling it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.privacy.incident import CLOCK, Incident, Notification
from rapport.privacy.incident_affected import concern
from rapport.privacy.incident_decide import close_incident, decide, note_incident, note_step, tell_authority
from rapport.privacy.incident_forms import (
    DecisionForm,
    IncidentForm,
    LessonsForm,
    NotificationForm,
    SendForm,
    StepForm,
    WhomForm,
)
from rapport.privacy.incident_letter import draft_of, waiting
from rapport.privacy.incident_mailing import order
from rapport.privacy.incident_page import clock_of, shown_of
from rapport.ui.toast import toast

INVALID = 422


@needs("privacy.view_incident")
@require_safe
def incidents(request: SignedInRequest) -> HttpResponse:
    """The open ones first, each with its clock."""
    now = timezone.now()
    found = list(Incident.objects.visible_to(request.user).newest_first())
    rows = [(one, clock_of(one, at=now)) for one in found]
    return render(request, "privacy/incidents.html", {"rows": rows, "open": sum(not one.closed_at for one in found)})


@needs("privacy.change_incident")
@require_http_methods(["GET", "HEAD", "POST"])
def add_incident(request: SignedInRequest) -> HttpResponse:
    form = IncidentForm(request.POST or None, initial={"aware_at": timezone.now(), "owner": request.user.pk})
    if request.method == "POST" and form.is_valid():
        made = note_incident(form.save(commit=False), by=request.user, at=timezone.now())
        return toast(request, redirect("privacy:incident", made.pk), _("Noted. The clock runs."))
    shown = {"form": form, "title": _("New incident"), "back": "privacy:incidents"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


@needs("privacy.view_incident")
@require_safe
def incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    return page(request, the_incident(request, incident_id))


@needs("privacy.change_incident")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    found = the_incident(request, incident_id)
    form = IncidentForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect("privacy:incident", found.pk), _("Saved."))
    shown = {"form": form, "title": str(found), "back": "privacy:incidents"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


@needs("privacy.change_incident")
@require_POST
def add_incident_step(request: SignedInRequest, incident_id: int) -> HttpResponse:
    found, form = the_incident(request, incident_id), StepForm(request.POST)
    if not form.is_valid():
        return page(request, found, step=form)
    note_step(found, form.cleaned_data["words"], by=request.user, at=timezone.now())
    return toast(request, redirect("privacy:incident", found.pk), _("Written down."))


@needs("privacy.change_incident")
@require_POST
def find_affected(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Whom it concerns, by a view, by conditions or by ids."""
    found, form = the_incident(request, incident_id), WhomForm(request.POST, by=request.user)
    if not form.is_valid() or form.whom is None:
        return page(request, found, whom=form)
    fresh = concern(found, form.whom, by=request.user, at=timezone.now())
    told = ngettext("%(n)d person more is concerned.", "%(n)d persons more are concerned.", fresh) % {"n": fresh}
    if form.whom.not_found:
        told += " " + _("Not found: %(ids)s") % {"ids": ", ".join(map(str, form.whom.not_found[:20]))}
    return toast(request, redirect("privacy:incident", found.pk), told)


@needs("privacy.change_incident")
@require_POST
def decide_incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Weigh the risk, and decide who is told and why."""
    found = the_incident(request, incident_id)
    form = DecisionForm(request.POST, instance=found)
    if not form.is_valid():
        found.refresh_from_db()
        return page(request, found, decision=form)
    decide(found, form.cleaned_data, by=request.user, at=timezone.now())
    return toast(request, redirect("privacy:incident", found.pk), _("Decided."))


@needs("privacy.change_incident")
@require_POST
def authority_told(request: SignedInRequest, incident_id: int) -> HttpResponse:
    found, now = the_incident(request, incident_id), timezone.now()
    tell_authority(found, told_at=now, by=request.user, at=now)
    return toast(request, redirect("privacy:incident", found.pk), _("Written down. The clock stands."))


@needs("privacy.change_incident")
@require_http_methods(["GET", "HEAD", "POST"])
def notification(request: SignedInRequest, incident_id: int, party: str) -> HttpResponse:
    """Draft what is said to the authority or to the persons."""
    found = the_incident(request, incident_id)
    if party not in Notification.To.values:
        raise Http404
    draft = draft_of(found, party)
    form = NotificationForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        draft.by, draft.changed_at = request.user, timezone.now()
        form.save()
        return toast(request, redirect("privacy:incident", found.pk), _("Draft kept."))
    shown = {"form": form, "incident": found, "party": party, "title": draft.get_to_display()}
    return render(request, "privacy/notification.html", shown, status=INVALID if form.errors else None)


@needs("privacy.change_incident")
@require_POST
def write_to_affected(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """A letter to each of them that one may see, in the background; the gate decides over each."""
    found, form = the_incident(request, incident_id), SendForm(request.POST, by=request.user)
    if not form.is_valid():
        return page(request, found, send=form)
    total = waiting(found, reader=request.user).order_by().values("member__customer").distinct().count()
    if total:
        draft = draft_of(found, Notification.To.PERSONS)
        order(found, form.cleaned_data["account"], draft, total=total, by=request.user, at=timezone.now())
    told = ngettext("A letter to %(n)d person is being written.", "Letters to %(n)d persons are being written.", total)
    return toast(request, redirect("privacy:incident", found.pk), told % {"n": total})


@needs("privacy.view_incident")
@require_safe
def incident_letters(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """How far its letters have come."""
    shown = shown_of(the_incident(request, incident_id), reader=request.user, at=timezone.now())
    return render(
        request, "privacy/incident.html#letters", {"shown": shown, "incident": the_incident(request, incident_id)}
    )


@needs("privacy.change_incident")
@require_POST
def end_incident(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Close it with what we learned; not before everything is decided."""
    found, form = the_incident(request, incident_id), LessonsForm(request.POST)
    if form.is_valid():
        refusal = close_incident(found, form.cleaned_data["lessons"], by=request.user, at=timezone.now())
        if not refusal:
            return toast(request, redirect("privacy:incident", found.pk), _("Closed."))
        form.add_error(None, refusal)
    return page(request, found, lessons=form)


def the_incident(request: SignedInRequest, incident_id: int) -> Incident:
    return get_object_or_404(Incident.objects.visible_to(request.user).newest_first(), pk=incident_id)


def page(request: SignedInRequest, found: Incident, **forms: object) -> HttpResponse:
    """All of it; ``forms`` are those that came back with errors."""
    fresh = {
        "step": StepForm(),
        "whom": WhomForm(by=request.user),
        "decision": DecisionForm(instance=found),
        "send": SendForm(by=request.user),
        "lessons": LessonsForm(),
    }
    shown = shown_of(found, reader=request.user, at=timezone.now())
    context = {**fresh, **forms, "shown": shown, "incident": found, "hours": CLOCK.days * 24}
    return render(request, "privacy/incident.html", context, status=INVALID if forms else None)
