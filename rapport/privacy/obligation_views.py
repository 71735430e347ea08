"""What law, contracts and standards ask of us, in the browser."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.files.keep import Content
from rapport.files.send import send
from rapport.people.access import SignedInRequest, needs
from rapport.privacy.models import Evidence, Obligation
from rapport.privacy.obligation_forms import EvidenceForm, ObligationForm, ReviewForm
from rapport.privacy.obligation_review import review, show
from rapport.privacy.past_steps import steps_of
from rapport.ui.toast import toast

INVALID = 422
CHOSEN = {"overdue", "mine", *Obligation.State.values}


@needs("privacy.view_obligation")
@require_safe
def obligations(request: SignedInRequest) -> HttpResponse:
    """What is due first on top."""
    today, chosen = timezone.localdate(), request.GET.get("show", "")
    found = Obligation.objects.visible_to(request.user).in_order()
    late = sum(one.is_overdue(today) for one in found)
    if chosen == "mine":
        found = found.of(request.user)
    elif chosen in Obligation.State.values:
        found = found.filter(state=chosen)
    rows = [(one, one.is_overdue(today)) for one in found]
    shown = {
        "rows": [row for row in rows if row[1]] if chosen == "overdue" else rows,
        "late": late,
        "chosen": chosen if chosen in CHOSEN else "",
        "states": Obligation.State.choices,
    }
    return render(request, "privacy/obligations.html", shown)


@needs("privacy.change_obligation")
@require_http_methods(["GET", "HEAD", "POST"])
def add_obligation(request: SignedInRequest) -> HttpResponse:
    form = ObligationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("privacy:obligation", form.save().pk)
    shown = {"form": form, "title": _("New duty"), "back": "privacy:obligations"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


@needs("privacy.view_obligation")
@require_safe
def obligation(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    found = the_obligation(request, obligation_id)
    return page(request, found, ReviewForm(), EvidenceForm())


@needs("privacy.change_obligation")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_obligation(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    found = the_obligation(request, obligation_id)
    form = ObligationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        return toast(request, redirect("privacy:obligation", found.pk), _("Saved."))
    shown = {"form": form, "title": str(found), "back": "privacy:obligations"}
    return render(request, "privacy/form.html", shown, status=INVALID if form.errors else None)


@needs("privacy.change_obligation")
@require_POST
def review_obligation(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    """Write down how it stands; the next review is due after its rhythm."""
    found, form = the_obligation(request, obligation_id), ReviewForm(request.POST)
    if not form.is_valid():
        return page(request, found, form, EvidenceForm(), status=INVALID)
    given = form.cleaned_data
    review(found, given["state"], given["note"], by=request.user, today=timezone.localdate(), at=timezone.now())
    return toast(request, redirect("privacy:obligation", found.pk), _("Written down."))


@needs("privacy.change_obligation")
@require_POST
def add_evidence(request: SignedInRequest, obligation_id: int) -> HttpResponse:
    found, form = the_obligation(request, obligation_id), EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, ReviewForm(), form, status=INVALID)
    given, sent = form.cleaned_data, form.cleaned_data["file"]
    kept = Content(sent.name or "file", sent.content_type or "application/octet-stream", sent.read()) if sent else None
    show(found, given["title"], kept or given["link"], by=request.user, at=timezone.now())
    return toast(request, redirect("privacy:obligation", found.pk), _("Kept."))


@needs("privacy.view_obligation")
@require_safe
def evidence(request: SignedInRequest, obligation_id: int, evidence_id: int) -> HttpResponse:
    """The file that shows it."""
    found = the_obligation(request, obligation_id)
    one = get_object_or_404(found.evidence.select_related("file").exclude(file=None), pk=evidence_id)
    return handed_out(one)


def handed_out(one: Evidence) -> HttpResponse:
    return send(one.file, one.name or "file") if one.file else HttpResponse(status=404)


def the_obligation(request: SignedInRequest, obligation_id: int) -> Obligation:
    return get_object_or_404(Obligation.objects.visible_to(request.user).in_order(), pk=obligation_id)


def page(
    request: SignedInRequest, found: Obligation, form: ReviewForm, proof: EvidenceForm, *, status: int = 200
) -> HttpResponse:
    shown = {
        "obligation": found,
        "late": found.is_overdue(timezone.localdate()),
        "review": form,
        "proof": proof,
        "reviews": found.reviews.select_related("by").order_by("-at", "-pk"),
        "evidence": found.evidence.select_related("by", "file").order_by("-at", "-pk"),
        "steps": steps_of(found),
    }
    return render(request, "privacy/obligation.html", shown, status=status)
