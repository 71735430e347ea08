"""Where administrators declare who may send us web requests, and see what became of each."""

import json
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.people.access import SignedInRequest, needs
from rapport.ui.toast import toast
from rapport.webhooks.declare import change, declare, proposed
from rapport.webhooks.forms import SourceForm
from rapport.webhooks.keep import try_again
from rapport.webhooks.models import Arrival, Source, Subscription
from rapport.webhooks.paths import paths_of
from rapport.webhooks.understand import UnclearError, parsed

SHOWN = 50
INVALID = 422


@needs("webhooks.change_source")
@require_safe
def sources(request: SignedInRequest) -> HttpResponse:
    unclear = Count("arrivals", filter=Q(arrivals__state=Arrival.State.UNCLEAR))
    seen = Source.objects.visible_to(request.user).order_by("name")
    subscriptions = Subscription.objects.visible_to(request.user).order_by("name")
    shown = {"sources": seen.annotate(unclear=unclear, last=Max("arrivals__at")), "subscriptions": subscriptions}
    return render(request, "webhooks/sources.html", shown)


@needs("webhooks.change_source")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source = declare(form.wish(), by=request.user, at=timezone.now(), secret=form.cleaned_data["secret"])
        return redirect("webhooks:source", source.pk)
    return render(request, "webhooks/add.html", {"form": form}, status=INVALID if form.errors else None)


@needs("webhooks.change_source")
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Its address and secret, what its requests become, and the last that arrived."""
    found = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    seen = Arrival.objects.visible_to(request.user).filter(source=found)
    sample = sample_of(seen.exclude(state=Arrival.State.REFUSED).order_by("-pk").first())
    form = SourceForm(request.POST or None, found, proposed(sample, found.becomes) if sample else None)
    if request.method == "POST" and form.is_valid():
        change(found, form.wish(), by=request.user, secret=form.cleaned_data["secret"])
        return toast(request, redirect("webhooks:source", found.pk), _("Saved."))
    shown = {
        "source": found,
        "form": form,
        "address": urljoin(
            settings.PUBLIC_URL or request.build_absolute_uri("/"), reverse("webhooks:arrive", args=[found.key])
        ),
        "paths": paths_of(sample) if sample else [],
        "arrivals": seen.order_by("-pk")[:SHOWN],
        "unclear": seen.filter(state=Arrival.State.UNCLEAR).count(),
    }
    return render(request, "webhooks/source.html", shown, status=INVALID if form.errors else None)


def sample_of(arrival: Arrival | None) -> object:
    try:
        return parsed(bytes(arrival.body)) if arrival else None
    except UnclearError:
        return None


@needs("webhooks.change_source")
@require_POST
def activity(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Switch a source off, or on again."""
    found = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    found.active = not found.active
    found.save(update_fields=["active"])
    told = _("%(name)s may send again.") if found.active else _("%(name)s is switched off.")
    return toast(request, redirect("webhooks:source", found.pk), told % {"name": found})


@needs("webhooks.change_source")
@require_POST
def again(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Read again all that was not understood."""
    found = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    unclear = Arrival.objects.visible_to(request.user).filter(source=found, state=Arrival.State.UNCLEAR)
    count = try_again(list(unclear.values_list("pk", flat=True)[:1_000]), at=timezone.now())
    told = ngettext("%(count)d request is read again.", "%(count)d requests are read again.", count)
    return toast(request, redirect("webhooks:source", found.pk), told % {"count": count})


@needs("webhooks.change_source")
@require_safe
def arrival(request: SignedInRequest, arrival_id: int) -> HttpResponse:
    found = get_object_or_404(Arrival.objects.visible_to(request.user).select_related("source"), pk=arrival_id)
    try:
        text = json.dumps(parsed(bytes(found.body)), indent=2, ensure_ascii=False)
    except UnclearError:
        text = found.text
    return render(request, "webhooks/arrival.html", {"arrival": found, "text": text})
